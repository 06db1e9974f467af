"""What `import kerasgan` offers: read by type checkers, and by `lazy_loader` when it runs."""

from . import callbacks as callbacks
from . import datasets as datasets
from . import engine as engine
from . import latents as latents
from . import layers as layers
from . import losses as losses
from . import metrics as metrics
from . import models as models
from . import networks as networks
from . import optimizers as optimizers
from . import presets as presets
from . import runs as runs
from . import utils as utils
from .models import ACGAN as ACGAN
from .models import CUT as CUT
from .models import DCGAN as DCGAN
from .models import GAN as GAN
from .models import LSGAN as LSGAN
from .models import R3GAN as R3GAN
from .models import SNGAN as SNGAN
from .models import SRGAN as SRGAN
from .models import WGAN as WGAN
from .models import WGANGP as WGANGP
from .models import ConditionalGAN as ConditionalGAN
from .models import CycleGAN as CycleGAN
from .models import FAnoGAN as FAnoGAN
from .models import FastGAN as FastGAN
from .models import InfoGAN as InfoGAN
from .models import Pix2Pix as Pix2Pix
from .models import ProjectedGAN as ProjectedGAN
from .models import SRResNet as SRResNet
from .models import StyleGAN2 as StyleGAN2
from .presets import load as load

__version__: str
