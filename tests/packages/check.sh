#!/usr/bin/env bash
# Packs the libraries of a Release build into a feed, and checks from outside the repository what they are: which packages, what is in them, that a project
# which references them all trains, and that samples run on them. Usage: dotnet build -c Release, then tests/packages/check.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
dotnet pack "$root/MiniGan.sln" -c Release --no-build -o "$place/feed" -v q

expected="Evaluation Framework ImageSharp Onnx PyTorch Runs TorchSharp"
came=$(cd "$place/feed" && ls *.nupkg | sed -E 's/^MiniGan\.(.*)\.[0-9]+\.[0-9]+\.[0-9]+\.nupkg$/\1/' | tr '\n' ' ')
[ "$came" = "$expected " ] || { echo "The packages are $came, not $expected." >&2; exit 1; }
version=$(cd "$place/feed" && ls MiniGan.Framework.*.nupkg | sed -E 's/^MiniGan\.Framework\.(.*)\.nupkg$/\1/')

# A package folder of its own, so that nothing stale is taken and nothing is left; what is there already is not fetched again.
cat > "$place/nuget.config" <<X
<configuration>
  <config><add key="globalPackagesFolder" value="$place/packages" /></config>
  <packageSources><add key="local" value="$place/feed" /></packageSources>
  <fallbackPackageFolders><add key="cache" value="$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')" /></fallbackPackageFolders>
</configuration>
X
mkdir "$place/app" "$place/samples"
cp "$root/tests/packages/Program.cs" "$place/app/"
{
  echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>'
  echo '<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup><ItemGroup>'
  for library in $expected; do echo "<PackageReference Include=\"MiniGan.$library\" Version=\"$version\" />"; done
  echo '</ItemGroup></Project>'
} > "$place/app/app.csproj"
(cd "$place/app" && dotnet run -c Release -- "$place/feed" "$root/")
for sample in TrainToyGan OwnNetworks; do
  sed -E "s|^#:project .*/(MiniGan\.[A-Za-z]+)\.csproj|#:package \1@$version|" "$root/src/Samples/$sample.cs" > "$place/samples/$sample.cs"
done
(cd "$place/samples" && dotnet run -c Release TrainToyGan.cs 3 "$root/src/Cli/mnist-subset" && dotnet run -c Release OwnNetworks.cs 3)
echo "7 packages, a project and 2 samples on them: passed"
