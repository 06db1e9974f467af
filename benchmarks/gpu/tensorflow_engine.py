"""What only TensorFlow says of a device."""

import contextlib

import keras
import tensorflow as tf

from benchmarks.speed.child import peak_mib as process_peak_mib

HOW = "not measured: operations of a step's graph that run Python are counted"
_PYTHON = ("PyFunc", "EagerPyFunc", "PyFuncStateless")
GPUS = tf.config.list_physical_devices("GPU")


def on_cpu():
    """A context in which all is made and computed there."""
    return keras.device("cpu:0")


def facts():
    """Of the GPU, a dict; {} without one."""
    if not GPUS:
        return {}
    details, build = tf.config.experimental.get_device_details(GPUS[0]), tf.sysconfig
    cuda = {k: str(v) for k, v in build.get_build_info().items() if "cu" in k}
    return {"name": details.get("device_name"), **cuda}


@contextlib.contextmanager
def exact():
    """Products in float32 throughout."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def reset_memory():
    if GPUS:
        tf.config.experimental.reset_memory_stats("GPU:0")


def peak_mib():
    if not GPUS:
        return process_peak_mib()
    return tf.config.experimental.get_memory_info("GPU:0")["peak"] / 2**20


def waits(case):
    """Operations that run Python, a list of str."""
    model = case.model()
    data = tuple(tf.constant(array[: case.batch]) for array in case.arrays())
    graph = tf.function(model.train_step).get_concrete_function(data).graph
    functions = graph.as_graph_def().library.function
    nodes = [*graph.as_graph_def().node, *(n for f in functions for n in f.node_def)]
    return [f"{node.op} {node.name}" for node in nodes if node.op in _PYTHON]


def layout(case):
    return "NHWC"
