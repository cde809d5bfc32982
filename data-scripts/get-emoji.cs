#!/usr/bin/env dotnet
// Puts 3,786 emoji of 64×64 into data/emoji, a folder per category, SHA-256 checked; they are Twemoji, CC BY 4.0. Needs npm.
// Usage: dotnet run data-scripts/get-emoji.cs, then train --data data/emoji
#:property PublishAot=false
#:project DataSets/MiniGan.DataSets.csproj

return await MiniGan.DataSets.DataSetProgram.RunAsync(
    "emoji", (folder, report, progress) => new MiniGan.DataSets.EmojiInstaller(folder, report, progress));
