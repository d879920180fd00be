//! A thousand versions in a row.

use super::rig::{Heard, Rig, item};
use cloud_shelf::sync::Round;
use std::fs;

#[test]
fn after_many_versions_the_shelf_is_no_larger_than_after_a_few() {
    let rig = Rig::new();
    let mut follower = rig.follower();
    let mut sizes = Vec::new();
    let versions = 1000;
    for version in 1..=versions {
        // One title changes each time, one picture every tenth time
        let items = vec![item(1, &format!("第 {version} 版"), &[1]), item(2, "二段", &[100 + version / 10])];
        rig.publish(items);
        let round = follower.round(true, &mut Heard { progress: Vec::new(), until: None }).unwrap();
        assert!(matches!(round, Round::Taken { changed: true, .. }), "{version}: {round:?}");
        sizes.push(size(&rig));
    }
    assert_eq!(rig.titles()[0], format!("第 {versions} 版"));
    assert_eq!(rig.snapshot().version, u64::from(versions));
    let (early, late) = (sizes[..100].iter().max().unwrap(), sizes[900..].iter().max().unwrap());
    assert!(late <= &(early + (1 << 20)), "{early} {late}");
    assert_eq!(fs::read_dir(rig.paths.downloads()).unwrap().count(), 0);
}

fn size(rig: &Rig) -> u64 {
    let files = fs::read_dir(rig.paths.state_dir()).unwrap();
    files.map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
