"""How a trained model is found again: what a preset stores of it."""

import numpy as np


class Pretrained:
    """The part of a model that presets, runs and files bring back, and what it declares of itself
    to programs that take any model.

    Attributes:
        task: "generate", data from noise, or "translate", images from images.
        data_kind: what it trains on: "images" (with labels, if it has classes), "unpaired" or
            "paired" images A and B.
        paired: bool, whether what it makes has one right answer that it can be compared with.
        starts_from: str or None, the name of a class whose trained generator it can start from.
    """

    task = "generate"
    data_kind = "images"
    paired = False
    starts_from = None

    @classmethod
    def from_preset(cls, source):
        """A trained model: `kerasgan.DCGAN.from_preset("dcgan_fashion_mnist").generate(16)`.

        Args:
            source: str or path, the name of a preset that comes with the package
                (`kerasgan.presets.list()`), a run's folder, or a `.keras` file.

        Returns:
            A model of this class. Of a preset, what generates or translates is trained, and the
            discriminators are not.

        Raises:
            ValueError: if there is no such preset, a file is damaged, or it holds another class.
        """
        from kerasgan import presets

        return presets.load(source, cls)

    def preset_networks(self):
        """The networks that a preset stores: those that are used after training, a list."""
        raise NotImplementedError(f"{type(self).__name__} must list what a preset stores.")

    def preset_weights(self):
        """All weights of these networks, one after another.

        Returns:
            A list of numpy arrays.
        """
        return [np.asarray(w) for net in self.preset_networks() for w in net.get_weights()]

    def set_preset_weights(self, weights):
        """Take such weights.

        Args:
            weights: list of arrays, as `preset_weights` gives them.

        Raises:
            ValueError: if they are not as many, or a shape differs.
        """
        networks = self.preset_networks()
        counts = [len(network.weights) for network in networks]
        if len(weights) != sum(counts):
            raise ValueError(
                f"{type(self).__name__} stores {sum(counts)} weights in a preset. "
                f"Received: {len(weights)} weights"
            )
        for network, end in zip(networks, np.cumsum(counts), strict=True):
            network.set_weights(weights[end - len(network.weights) : end])
