using Microsoft.AspNetCore.Connections;

namespace MiniGan.Cli.Watch;

/// <summary>
/// Bounds the open connections without locking anybody out: when there are too many, the one goes that has asked for nothing for the
/// longest time, whether it has sent nothing or half a request. A browser opens
/// another.
/// </summary>
/// <param name="most">Connections at a time.</param>
internal sealed class ConnectionLimit(int most)
{
    private readonly Lock turn = new();
    private readonly LinkedList<ConnectionContext> byLastUse = []; // the longest idle first
    private readonly Dictionary<string, LinkedListNode<ConnectionContext>> byId = [];

    /// <summary>Serves a connection until it ends.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        lock (turn)
        {
            byId.Add(connection.ConnectionId, byLastUse.AddLast(connection));
            if (byId.Count > most)
            {
                ConnectionContext idle = byLastUse.First!.Value;
                Remove(idle.ConnectionId);
                idle.Abort(new ConnectionAbortedException("There are too many connections."));
            }
        }

        try
        {
            await next(connection);
        }
        finally
        {
            lock (turn)
            {
                Remove(connection.ConnectionId);
            }
        }
    }

    /// <summary>Says that a connection asks for something now.</summary>
    public void Use(string connectionId)
    {
        lock (turn)
        {
            if (byId.TryGetValue(connectionId, out LinkedListNode<ConnectionContext>? connection))
            {
                byLastUse.Remove(connection);
                byLastUse.AddLast(connection);
            }
        }
    }

    private void Remove(string connectionId)
    {
        if (byId.Remove(connectionId, out LinkedListNode<ConnectionContext>? connection))
        {
            byLastUse.Remove(connection);
        }
    }
}
