//! Isotonic regression by pooling adjacent violators: the rising step function closest to what came true.

/// A stretch of scores with one share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Block {
    /// Mean score.
    pub(crate) score: f64,
    /// Share of what came true.
    pub(crate) share: f64,
    pub(crate) weight: f64,
}

/// Pools (score, came true, weight) into blocks of rising shares, each of at least `weight_min`.
pub(crate) fn pool(points: &[(f64, bool, f64)], weight_min: f64) -> Vec<Block> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for (score, came, weight) in sorted {
        blocks.push(Block { score, share: f64::from(u8::from(came)), weight });
        while let [.., left, right] = blocks[..] {
            if left.share < right.share && left.weight >= weight_min {
                break;
            }
            blocks.truncate(blocks.len() - 2);
            blocks.push(merged(left, right));
        }
    }
    blocks
}

fn merged(a: Block, b: Block) -> Block {
    let weight = a.weight + b.weight;
    let mean = |x: f64, y: f64| (x * a.weight + y * b.weight) / weight;
    Block { score: mean(a.score, b.score), share: mean(a.share, b.share), weight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violators_are_pooled_and_the_rest_stays() {
        let points = [(0.0, false, 1.0), (1.0, true, 1.0), (2.0, false, 1.0), (3.0, true, 1.0)];
        let shares: Vec<_> = pool(&points, 0.0).iter().map(|b| (b.score, b.share)).collect();
        assert_eq!(shares, [(0.0, 0.0), (1.5, 0.5), (3.0, 1.0)]);
        let falling = [(0.0, true, 1.0), (1.0, false, 3.0)];
        assert_eq!(pool(&falling, 0.0), [Block { score: 0.75, share: 0.25, weight: 4.0 }]);
        assert!(pool(&points, 2.0).iter().rev().skip(1).all(|block| block.weight >= 2.0));
    }
}
