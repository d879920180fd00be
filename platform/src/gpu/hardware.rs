//! Whether there is a GPU at all: looked at before Mesa is loaded, which costs memory.

use std::{fs, path::Path};

const CLASS: &str = "sys/class/drm";
/// A card's door for those who only draw.
const RENDER_NODE: &str = "renderD";
/// How a virtual machine's devices and their drivers begin.
const VIRTIO: &[u8] = b"virtio";
/// How Mesa's own drawing by the processor calls itself.
const BY_SOFTWARE: [&str; 4] = ["llvmpipe", "softpipe", "swrast", "software"];

/// Whether the kernel knows a GPU that draws, below a root that is `/` except in a test.
pub fn is_there(root: &Path) -> bool {
    let cards = fs::read_dir(root.join(CLASS)).into_iter().flatten().flatten();
    cards
        .filter(|card| card.file_name().as_encoded_bytes().starts_with(RENDER_NODE.as_bytes()))
        .any(|card| draws(&card.path().join("device")))
}

fn draws(device: &Path) -> bool {
    // A card that a program only pretends has no driver
    let Ok(driver) = fs::read_link(device.join("driver")) else { return false };
    let virtual_one = driver.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(VIRTIO));
    // A virtual one draws where its first feature is on, VIRTIO_GPU_F_VIRGL; else it only shows
    !virtual_one || features(device).is_some_and(|features| features.starts_with('1'))
}

/// What a virtual device can do, bit by bit; it may be below the one that carries it.
fn features(device: &Path) -> Option<String> {
    let inner = fs::read_dir(device).ok()?.flatten();
    let inner = inner.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(VIRTIO));
    let mut places = inner.map(|entry| entry.path()).chain([device.to_owned()]);
    places.find_map(|place| fs::read_to_string(place.join("features")).ok())
}

/// Whether whoever calls itself so draws by the processor.
pub fn is_software(renderer: &str) -> bool {
    let name = renderer.to_lowercase();
    BY_SOFTWARE.iter().any(|software| name.contains(software))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_the_kernel_lists() {
        for (node, driver, features, expected) in [
            // A Raspberry Pi 4 or 5, a Pi 3, a PC
            ("renderD128", Some("v3d"), None, true),
            ("renderD128", Some("vc4-drm"), None, true),
            ("renderD129", Some("i915"), None, true),
            // It shows, and that is all
            ("card0", Some("vc4-drm"), None, false),
            ("card0", Some("simple-framebuffer"), None, false),
            ("renderD128", None, None, false),
            // Virtual machines without and with a GPU of their host
            ("renderD128", Some("virtio_gpu"), Some("0100000000000000\n"), false),
            ("renderD128", Some("virtio_gpu"), Some("1100000000000000\n"), true),
            ("renderD128", Some("virtio-pci"), None, false),
        ] {
            let dir = tempfile::tempdir().unwrap();
            assert!(!is_there(dir.path()));
            let device = dir.path().join(CLASS).join(node).join("device");
            fs::create_dir_all(&device).unwrap();
            if let Some(driver) = driver {
                symlink(Path::new("../../bus/drivers").join(driver), device.join("driver")).unwrap();
            }
            if let Some(features) = features {
                fs::write(device.join("features"), features).unwrap();
            }
            assert_eq!(is_there(dir.path()), expected, "{node} {driver:?} {features:?}");
        }
    }

    #[test]
    fn a_virtual_card_below_its_bus() {
        for (features, expected) in [("0100", false), ("1100", true)] {
            let dir = tempfile::tempdir().unwrap();
            let device = dir.path().join(CLASS).join("renderD128/device");
            fs::create_dir_all(device.join("virtio1")).unwrap();
            symlink("../../../bus/pci/drivers/virtio-pci", device.join("driver")).unwrap();
            fs::write(device.join("virtio1/features"), features).unwrap();
            assert_eq!(is_there(dir.path()), expected, "{features}");
        }
    }

    #[test]
    fn who_draws_by_the_processor() {
        for (name, expected) in [
            ("V3D 4.2.14.0", false),
            ("V3D 7.1.7.0", false),
            ("VC4 V3D 2.1", false),
            ("Mali-G52 r1 (Panfrost)", false),
            ("Mesa Intel(R) UHD Graphics 600 (GLK 2)", false),
            ("virgl (AMD Radeon Graphics)", false),
            ("virgl (LLVMPIPE (LLVM 15.0.6, 256 bits))", true),
            ("llvmpipe (LLVM 19.1.7, 128 bits)", true),
            ("softpipe", true),
            ("Software Rasterizer", true),
            ("zink Vulkan 1.3(llvmpipe (LLVM 19.1.7, 256 bits) (MESA_LLVMPIPE))", true),
        ] {
            assert_eq!(is_software(name), expected, "{name}");
        }
    }
}
