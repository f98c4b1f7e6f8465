"""Whether two groups that chance drew are as large as they should be."""


def ratio_p(k: int, n: int, share: float) -> float:
    """Return the exact two-sided p-value of k of n where each is drawn with chance ``share``.

    Twice the smaller tail of the binomial distribution, 1 at most.

    References
    ----------
    Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019.
    """
    from scipy.special import bdtr, bdtrc

    at_most = float(bdtr(k, n, share))
    at_least = float(bdtrc(k - 1, n, share)) if k else 1.0
    return min(1.0, 2 * min(at_most, at_least))
