//! Files lead back to their model, and nothing else is believed.

use gait_detect::{STEPS, Stratum};
use proptest::prelude::*;

use super::*;

fn model() -> SiteModel {
    let feature = FeatureId::by_name("gap_cv").unwrap();
    let sample: Vec<f32> = (0_u8..90).map(f32::from).collect();
    let mut groups = vec![Vec::new(); Stratum::ALL.len() * STEPS.len()];
    groups[3] = vec![Cell::of_sorted(feature, &sample).unwrap()];
    let map = SiteMap::new(SiteMapParts {
        templates: vec![3, 9],
        popularity: vec![0, 9],
        timed: vec![0, 1],
        backoff: vec![7, 0],
        next_ends: vec![2, 2],
        next_routes: vec![0, 1],
        next_bits: vec![12, 5],
        link_ends: vec![1, 1],
        links: vec![1],
        rare: 40,
    });
    let site = |name: &str| Site {
        name: name.to_owned(),
        clients: 90,
        map: map.clone().unwrap(),
        people: Baseline::new(groups.clone()).unwrap(),
        tail: ScoreTail::of(vec![-7, 12, 900], 40),
    };
    let bare = Site {
        map: SiteMap::default(),
        people: Baseline::default(),
        tail: ScoreTail::default(),
        ..site("")
    };
    let mask = Mask { ua: true, ..Mask::default() };
    SiteModel::new(mask, vec![site("shop.example"), bare])
}

/// The file with a right checksum again.
fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() - CHECKSUM_BYTES);
    let checksum = blake3::hash(&file);
    file.extend(checksum.as_bytes());
    file
}

#[test]
fn a_file_leads_back_to_its_model() {
    let model = model();
    let read = SiteModel::read(&model.write()).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.hash(), model.hash());
    assert_eq!(read.map(read.find("shop.example")).routes(), 2);
    assert!(read.map(read.find("else.example")).is_empty());
    let nothing = SiteModel::default();
    assert_eq!(SiteModel::read(&nothing.write()), Ok(nothing));
}

#[test]
fn every_fault_is_named() {
    let file = model().write();
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        SiteModel::read(&file).unwrap_err()
    };
    let (schema, catalogue) = (MAGIC.len(), MAGIC.len() + 4);
    assert_eq!(with(0, b'x'), SiteModelError::Foreign);
    assert_eq!(SiteModel::read(b""), Err(SiteModelError::Foreign));
    assert!(matches!(with(schema, 0), SiteModelError::Schema { found: 0, .. }), "older");
    assert!(matches!(with(schema, 9), SiteModelError::Schema { found: 9, .. }), "newer");
    assert!(matches!(with(catalogue, 200), SiteModelError::Catalogue { found: 200, .. }));
    assert_eq!(with(file.len() / 2, 0xee), SiteModelError::Checksum);
    assert_eq!(SiteModel::read(&file[..10]), Err(SiteModelError::Length));
    let mut sites = file.clone();
    sites[catalogue + 8] = 3;
    assert_eq!(SiteModel::read(&sealed(sites)), Err(SiteModelError::Length));
    let big = vec![0; SITE_MODEL_MAX_BYTES + 1];
    assert!(matches!(SiteModel::read(&big), Err(SiteModelError::TooLarge { .. })));
}

proptest! {
    /// Whatever was changed, and even with a right checksum: an answer, never a panic.
    #[test]
    fn any_bytes_have_an_answer(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        seal in any::<bool>(),
    ) {
        let whole = model().write();
        let mut file = whole.clone();
        for (at, byte) in &changes {
            let at = at.index(file.len());
            file[at] = *byte;
        }
        let changed = file != whole;
        let short = file[..cut.index(file.len())].to_vec();
        prop_assert!(SiteModel::read(&short).is_err());
        if seal {
            if let Ok(read) = SiteModel::read(&sealed(file)) {
                let again = SiteModel::read(&read.write());
                prop_assert_eq!(again, Ok(read));
            }
        } else {
            prop_assert_eq!(SiteModel::read(&file).is_err(), changed);
        }
    }
}
