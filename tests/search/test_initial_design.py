import numpy as np
import pytest

from hyperlocal.search.initial_design import latin_hypercube


@pytest.mark.parametrize(("m", "d"), [(1, 1), (5, 2), (22, 20), (7, 0)])
def test_every_slice_of_every_parameter_holds_one_point(m, d):
    design = latin_hypercube(m, d, np.random.default_rng(0))

    slices = np.sort(np.floor(design * m), axis=0)
    assert design.shape == (m, d)
    assert (slices == np.arange(m)[:, None]).all()
