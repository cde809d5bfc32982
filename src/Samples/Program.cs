using System.CommandLine;
using MiniGan.Samples;

var root = new RootCommand("MiniGan: train a small GAN from hand-written layers, in C#.")
{
    TrainCommand.Create(),
    GenerateCommand.Create(),
    CompareCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
