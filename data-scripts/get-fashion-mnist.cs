#!/usr/bin/env dotnet
// Puts the four files of Fashion-MNIST into data/fashion-mnist, SHA-256 checked. Usage: dotnet run data-scripts/get-fashion-mnist.cs
#:property PublishAot=false
#:project DataSets/MiniGan.DataSets.csproj

return await MiniGan.DataSets.DataSetProgram.RunAsync(MiniGan.DataSets.DataSet.FashionMnist);
