import keras
import numpy as np

from kerasgan.backend.scope import Scope


def value(variable):
    return float(np.array(keras.ops.convert_to_numpy(variable)))


def test_inner_scope_sees_the_outer_one_and_commits_into_it():
    a, b = keras.Variable(1.0), keras.Variable(2.0)
    with keras.StatelessScope([(a, keras.ops.convert_to_tensor(10.0))]) as outer:
        with Scope() as inner:
            b.assign(a + b)
        assert inner.changed == [b] or inner.changed[0] is b
        assert outer.get_current_value(b) is None
        inner.commit()
        assert float(outer.get_current_value(b)) == 12
    assert (value(a), value(b)) == (1, 2)


def test_frozen_variables_stay():
    a, b = keras.Variable(1.0), keras.Variable(2.0)
    with Scope(frozen={id(a)}) as scope:
        a.assign(5.0)
        b.assign(6.0)
        assert value(a) == 1
    assert (value(a), value(b)) == (1, 2)
    scope.commit()
    assert (value(a), value(b)) == (1, 6)
