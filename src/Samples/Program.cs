using System.CommandLine;
using MiniGan.Samples;
using MiniGan.Samples.Bench;
using MiniGan.Samples.Compare;
using MiniGan.Samples.Evaluation;
using MiniGan.Samples.Explain;
using MiniGan.Samples.Generate;
using MiniGan.Samples.Report;
using MiniGan.Samples.Watch;

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
    WatchCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
