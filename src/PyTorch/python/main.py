@torch.no_grad()
def draw(path="samples.pgm", count=10):
    """Writes pictures side by side, as a PGM (grey) or PPM file, which most programs show."""
    generator, _ = load()
    z = torch.randn(count, LATENT, generator=torch.Generator().manual_seed(1))
    images = generator(z, torch.arange(count) % CLASSES) if CLASSES > 0 else generator(z)
    pixels = ((images + 1) * 127.5).round().clamp(0, 255).byte()
    row = torch.cat(list(pixels), 2).permute(1, 2, 0)[:, :, :3]
    with open(path, "wb") as file:
        file.write(f"P{5 if row.shape[2] == 1 else 6} {row.shape[1]} {row.shape[0]} 255\n".encode() + row.contiguous().numpy().tobytes())
    print(f"Wrote {path}")


if __name__ == "__main__":
    draw()
