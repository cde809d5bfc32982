#!/usr/bin/env bash
# Builds the reference of the libraries, with the samples as articles, as a web site in artifacts/reference/site; a warning is an error.
# Usage: docs/reference/build.sh        then, to look at it: dotnet docfx serve artifacts/reference/site
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet tool restore
dotnet restore MiniGan.sln -v q
content=artifacts/reference/content
rm -rf artifacts/reference
mkdir -p $content/samples
cp src/Framework/README.md $content/index.md
for sample in src/Samples/*.cs; do
  name=$(basename "$sample" .cs)
  { printf '# %s\n\n```csharp\n' "$name"; cat "$sample"; printf '```\n'; } > "$content/samples/$name.md"
  printf -- '- name: %s\n  href: %s.md\n' "$name" "$name" >> $content/samples/toc.yml
done
printf -- '- name: Samples\n  href: samples/\n- name: Reference\n  href: api/\n' > $content/toc.yml
dotnet docfx docs/reference/docfx.json --warningsAsErrors
