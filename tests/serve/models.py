"""Tiny models to be served."""

import keras
import numpy as np

import kerasgan as kg

IMAGE = (8, 8, 1)


def gan():
    return kg.GAN(IMAGE, 4, generator_units=(8,), discriminator_units=(4,), seed=0)


def conditional():
    return kg.ConditionalGAN(
        IMAGE, 4, num_classes=3, generator_units=(8,), discriminator_units=(4,), seed=0
    )


def translator():
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "discriminator_filters": 2}
    return kg.CycleGAN((16, 16, 3), (16, 16, 1), **small, seed=0)


def detector():
    layers = [keras.Input(IMAGE), keras.layers.Flatten(), keras.layers.Dense(4)]
    return kg.FAnoGAN(gan(), encoder=keras.Sequential(layers), kappa=0, seed=0)


def write_onnx(path, classes=0):
    """An ONNX file of the form that kerasgan exports, by hand: tanh(latents @ W + E[labels])."""
    from onnx import TensorProto, helper, numpy_helper, save

    rng = np.random.default_rng(0)
    weights = {"w": rng.normal(size=(4, 64)), "e": rng.normal(size=(classes or 1, 64))}
    constants = [numpy_helper.from_array(w.astype("float32"), name) for name, w in weights.items()]
    constants.append(numpy_helper.from_array(np.array([-1, *IMAGE]), "shape"))
    latents = helper.make_tensor_value_info("latents", TensorProto.FLOAT, ["n", 4])
    labels = helper.make_tensor_value_info("labels", TensorProto.INT32, ["n"])
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", *IMAGE])
    chosen = [
        helper.make_node("Gather", ["e", "labels"], ["chosen"]),
        helper.make_node("Add", ["product", "chosen"], ["sum"]),
    ]
    nodes = [
        helper.make_node("MatMul", ["latents", "w"], ["product"]),
        *(chosen if classes else []),
        helper.make_node("Tanh", ["sum" if classes else "product"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["images"]),
    ]
    inputs = [latents, labels] if classes else [latents]
    graph = helper.make_graph(nodes, "generator", inputs, [images], constants)
    opset = [helper.make_opsetid("", 17)]
    save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return weights
