def read_safetensors(path):
    """The tensors of a file by their names, and its metadata."""
    with open(path, "rb") as file:  # the header's length in eight bytes, the header as JSON, and float32 in row-major order, all little-endian
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    metadata, tensors = header.pop("__metadata__", {}), {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(entry["shape"])
    return tensors, metadata


def write_safetensors(path, tensors, metadata):
    """Float32 in row-major order behind a header of JSON; the file is never seen half-written."""
    header, end = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        begin, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().cpu().float().contiguous().numpy().astype("<f4").tobytes())
    os.replace(path + ".part", path)


def load(path=CHECKPOINT, average=True):
    """The generator of a checkpoint (its moving average, if it has one and that is wanted) and the discriminator, in eval mode."""
    tensors, _ = read_safetensors(path)
    averaged = average and any(name.startswith("average_generator.") for name in tensors)
    networks = build_generator(), build_discriminator()
    for network, prefix in zip(networks, ("average_generator." if averaged else "generator.", "discriminator.")):
        network.load_state_dict({name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}, strict=True)
        network.eval()
    return networks


def save(path, generator, discriminator, average=None, like=CHECKPOINT):
    """Writes networks as a checkpoint that MiniGan reads; its recipe comes from another one, as do the names of what it keeps."""
    old, metadata = read_safetensors(like)
    tensors = {}
    for prefix, network in (("generator.", generator), ("discriminator.", discriminator), ("average_generator.", average)):
        for name, tensor in network.state_dict().items() if network is not None else ():
            known = old.get(prefix.replace("average_", "") + name)  # all but num_batches_tracked, which MiniGan seldom keeps
            if known is not None:
                tensors[prefix + name] = tensor.reshape(known.shape)
    write_safetensors(path, tensors, {name: value for name, value in metadata.items() if name not in ("trainer", "minigan.checksum")})
