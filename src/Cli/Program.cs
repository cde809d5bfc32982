using System.CommandLine;
using MiniGan.Cli.Bench;
using MiniGan.Cli.Common;
using MiniGan.Cli.Compare;
using MiniGan.Cli.Evaluate;
using MiniGan.Cli.Explain;
using MiniGan.Cli.Export;
using MiniGan.Cli.Generate;
using MiniGan.Cli.Report;
using MiniGan.Cli.Train;
using MiniGan.Cli.Watch;

var root = new RootCommand("MiniGan: train a small GAN from hand-written layers, in C#.")
{
    TrainCommand.Create(),
    GenerateCommand.Create(),
    CompareCommand.Create(),
    BenchCommand.Create(),
    ExplainCommand.Create(),
    EvaluateCommand.Create(),
    TrainClassifierCommand.Create(),
    ReportCommand.Create(),
    ExportCommand.Create(),
    WatchCommand.Create(),
};
return await CommandLine.RunAsync(root, args.Length == 0 ? ["--help"] : args);
