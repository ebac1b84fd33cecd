use std::path::PathBuf;

use super::{Encoder, EncoderError, batches};

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn skipped(name: &str) {
    println!("skipped: no {name} encoder (script/encoder {name} fetches it)");
}

/// A model's directory: where the variable says, or where `script/encoder` puts it.
fn directory(name: &str) -> Option<PathBuf> {
    let given = std::env::var_os("TANDEM_TEST_ENCODER")
        .map(PathBuf::from)
        .filter(|_| name == "minilm");
    let usual = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../target/encoder")
        .join(name);
    let found = given.unwrap_or(usual);
    if found.join("config.json").is_file() {
        return Some(found);
    }
    skipped(name);
    None
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[track_caller]
fn check_known_cosine(name: &str, expected: f32) {
    let Some(directory) = directory(name) else { return };
    let encoder = Encoder::load(&directory).unwrap();
    let texts = [
        "That is a happy person",
        "That is a very happy person",
        "",
        "Gritting\u{0} the 🚲 lanes",
    ];
    let vectors = encoder.encode(&texts.map(str::to_owned)).unwrap();
    assert!(
        (cosine(&vectors[0], &vectors[1]) - expected).abs() < 5e-4,
        "{}",
        cosine(&vectors[0], &vectors[1])
    );
    for vector in &vectors {
        assert_eq!(vector.len(), encoder.dimensions());
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-4);
    }
    let alone = encoder.encode(&[texts[1].to_owned()]).unwrap();
    assert!(
        (cosine(&alone[0], &vectors[1]) - 1.0).abs() < 1e-5,
        "a vector depends on its neighbours"
    );
    let long = encoder
        .encode(&["bin ".repeat(5_000), "bin ".repeat(6_000)])
        .unwrap();
    assert_eq!(long[0], long[1], "beyond the limit nothing counts");
    assert_eq!(encoder.version(), Encoder::load(&directory).unwrap().version());
}

#[test]
fn minilm_gives_the_published_cosine() {
    check_known_cosine("minilm", 0.943);
}

#[test]
fn mpnet_gives_the_published_cosine() {
    check_known_cosine("mpnet", 0.967);
}

#[test]
fn a_batch_holds_texts_of_one_length() {
    let ids: Vec<Vec<u32>> = [3, 600, 3, 9, 600, 600]
        .iter()
        .map(|length| vec![7; *length])
        .collect();
    assert_eq!(batches(&ids), [vec![1], vec![4], vec![5], vec![3], vec![0, 2]]);
}

#[test]
fn a_missing_model_is_named() {
    let error = Encoder::load(&PathBuf::from("no/such/encoder")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "read the encoder's no/such/encoder/config.json"
    );
    assert!(matches!(error, EncoderError::Read { .. }));
}
