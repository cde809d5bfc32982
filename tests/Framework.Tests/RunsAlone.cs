namespace MiniGan.Tests;

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class RunsAlone;
