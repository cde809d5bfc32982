class ConcatOneHot(nn.Module):
    """[x, one-hot label]."""
    takes_labels = True

    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def forward(self, x, labels):
        return torch.cat([x, nn.functional.one_hot(labels, self.classes).to(x.dtype)], 1)


class ClassLogit(nn.Module):
    """Of an output per class that of the label: [N, classes] -> [N, 1]."""
    takes_labels = True

    def forward(self, x, labels):
        return x.gather(1, labels[:, None])


class ClassEmbedding(nn.Embedding):
    """A learned vector per class; of x only the place in the batch counts."""
    takes_labels = True

    def forward(self, x, labels):
        return super().forward(labels)


class ConditionalBatchNorm2d(nn.Module):
    """A batch normalisation with a factor and an offset per class and channel."""
    takes_labels = True

    def __init__(self, channels, classes, eps=1e-5, momentum=0.1):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels, eps, momentum, affine=False)
        self.embed = nn.Embedding(classes, 2 * channels)
        nn.init.ones_(self.embed.weight[:, :channels].detach())
        nn.init.zeros_(self.embed.weight[:, channels:].detach())

    def forward(self, x, labels):
        gamma, beta = self.embed(labels)[:, :, None, None].chunk(2, 1)
        return gamma * self.bn(x) + beta


class ProjectionLogit(nn.Module):
    """How real the features look, and how much like those of their class (Miyato and Koyama 2018)."""
    takes_labels = True

    def __init__(self, linear, embedding):
        super().__init__()
        self.linear, self.embedding = linear, embedding

    def forward(self, x, labels):
        return self.linear(x) + (self.embedding(x, labels) * x).sum(1, keepdim=True)


def apply(layer, x, labels):
    """A layer's result; those that take labels say so."""
    return layer(x, labels) if getattr(layer, "takes_labels", False) else layer(x)


class ConditionalSequential(nn.Sequential):
    """nn.Sequential, which hands the labels to the layers that take them."""
    takes_labels = True

    def forward(self, x, labels):
        for layer in self:
            x = apply(layer, x, labels)
        return x


class ConditionalResidual(nn.Module):
    """f(x) + g(x), or f(x) + x, of layers that take labels."""
    takes_labels = True

    def __init__(self, main, shortcut=None):
        super().__init__()
        self.main = main
        if shortcut is not None:
            self.shortcut = shortcut

    def forward(self, x, labels):
        return apply(self.main, x, labels) + (apply(self.shortcut, x, labels) if hasattr(self, "shortcut") else x)


class ConditionalConcat(nn.Sequential):
    """[f(x), g(x), ...] along the channels, of layers that take labels."""
    takes_labels = True

    def forward(self, x, labels):
        return torch.cat([apply(part, x, labels) for part in self], 1)


class Residual(nn.Module):
    """f(x) + g(x), or f(x) + x."""

    def __init__(self, main, shortcut=None):
        super().__init__()
        self.main = main
        if shortcut is not None:
            self.shortcut = shortcut

    def forward(self, x):
        return self.main(x) + (self.shortcut(x) if hasattr(self, "shortcut") else x)


class Concat(nn.Sequential):
    """[f(x), g(x), ...] along the channels."""

    def forward(self, x):
        return torch.cat([part(x) for part in self], 1)


class PaddedConv2d(nn.Conv2d):
    """A convolution with other zeros on each side of the image; pad: left, right, top, bottom."""

    def __init__(self, *sizes, pad, **others):
        super().__init__(*sizes, **others)
        self.pad = pad

    def forward(self, x):
        return super().forward(nn.functional.pad(x, self.pad))


class CroppedConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution, of whose image other pixels are cut on each side; crop: left, right, top, bottom."""

    def __init__(self, *sizes, crop, **others):
        super().__init__(*sizes, **others)
        self.crop = crop

    def forward(self, x):
        return nn.functional.pad(super().forward(x), [-pixels for pixels in self.crop])


class NearestTo(nn.Module):
    """Enlarges to a size by the nearest pixel, in whole numbers; nn.Upsample rounds, and is a pixel off at some sizes."""

    def __init__(self, height, width):
        super().__init__()
        self.size = height, width

    def forward(self, x):
        for axis, size in zip((2, 3), self.size):
            places = torch.arange(size, device=x.device) * x.shape[axis]
            x = x.index_select(axis, torch.div(places, size, rounding_mode="floor"))
        return x


class PixelNorm(nn.Module):
    """Each pixel divided by the root of the mean of the squares of its channels."""

    def __init__(self, eps=1e-8):
        super().__init__()
        self.eps = eps

    def forward(self, x):
        return x / (x.square().mean(1, keepdim=True) + self.eps).sqrt()


class GlobalAvgPool2d(nn.Module):
    """The mean of each channel: [N, C, H, W] -> [N, C]."""

    def forward(self, x):
        return x.mean((2, 3))


class GlobalSumPool2d(nn.Module):
    """The sum of each channel: [N, C, H, W] -> [N, C]."""

    def forward(self, x):
        return x.sum((2, 3))


class Pack(nn.Module):
    """Images that are judged together, as channels of one (PacGAN): [N, C, H, W] -> [N / size, size * C, H, W]."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        return x.reshape(-1, self.size * x.shape[1], *x.shape[2:])


class MinibatchStdDev(nn.Module):
    """[x, s]: how much the images of a group differ (StyleGAN2-ADA's MinibatchStdLayer)."""

    def __init__(self, group_size, channels=1):
        super().__init__()
        self.group_size, self.channels = group_size, channels

    def forward(self, x):
        size = min(self.group_size, len(x))
        groups = x.reshape(size, -1, self.channels, x.shape[1] // self.channels, *x.shape[2:])
        sigma = ((groups - groups.mean(0)).square().mean(0) + 1e-8).sqrt().mean((2, 3, 4))
        return torch.cat([x, sigma[:, :, None, None].repeat(size, 1, *x.shape[2:])], 1)


class SelfAttention2d(nn.Module):
    """x + gamma * o(attention), as in SAGAN (Zhang et al. 2019); norm: what wraps each convolution."""

    def __init__(self, channels, norm=lambda layer: layer):
        super().__init__()
        few, half = max(channels // 8, 1), max(channels // 2, 1)
        self.gamma = nn.Parameter(torch.zeros(1))
        self.theta = norm(nn.Conv2d(channels, few, 1, bias=False))
        self.phi = norm(nn.Conv2d(channels, few, 1, bias=False))
        self.g = norm(nn.Conv2d(channels, half, 1, bias=False))
        self.o = norm(nn.Conv2d(half, channels, 1, bias=False))

    def forward(self, x):
        theta, phi = self.theta(x).flatten(2), nn.functional.max_pool2d(self.phi(x), 2).flatten(2)
        g = nn.functional.max_pool2d(self.g(x), 2).flatten(2)
        beta = theta.transpose(1, 2).bmm(phi).softmax(-1)
        attended = g.bmm(beta.transpose(1, 2)).reshape(len(x), -1, *x.shape[2:])
        return x + self.gamma * self.o(attended)


class DiffAugment(nn.Module):
    """Changes the images of a training at random, each otherwise (Zhao et al. 2020)."""

    def __init__(self, color=False, translation=False, cutout=False):
        super().__init__()
        self.color, self.translation, self.cutout = color, translation, cutout

    def forward(self, x):
        if not self.training:
            return x
        n, _, h, w = x.shape

        def uniform(low, high):
            return low + (high - low) * torch.rand(n, 1, 1, 1, device=x.device)

        def whole(low, high):
            return torch.randint(low, high + 1, (n, 1, 1), device=x.device)

        rows, columns = torch.arange(h, device=x.device)[None, :, None], torch.arange(w, device=x.device)[None, None, :]
        if self.color:
            x = x + uniform(-0.5, 0.5)
            x = x.mean(1, keepdim=True).lerp(x, uniform(0, 2))
            x = x.mean((1, 2, 3), keepdim=True).lerp(x, uniform(0.5, 1.5))
        if self.translation:
            down, along = int(h / 8 + 0.5), int(w / 8 + 0.5)
            row, column = rows + whole(-down, down), columns + whole(-along, along)
            inside = (row >= 0) & (row < h) & (column >= 0) & (column < w)
            places = (row.clamp(0, h - 1) * w + column.clamp(0, w - 1)).reshape(n, 1, h * w).expand(-1, x.shape[1], -1)
            x = x.flatten(2).gather(2, places).reshape(x.shape) * inside[:, None]
        if self.cutout:
            high, wide = int(h / 2 + 0.5), int(w / 2 + 0.5)
            top, left = whole(0, h - high % 2) - high // 2, whole(0, w - wide % 2) - wide // 2
            x = x * ~((rows >= top) & (rows < top + high) & (columns >= left) & (columns < left + wide))[:, None]
        return x
