//! Cards: a few thousand different ones, as packages of a registry share them, with front matter and some sentences.

use super::dice::{below, mixed, pick};

/// The licences, the frequent ones first.
pub(crate) const LICENSES: [&str; 8] =
    ["apache-2.0", "mit", "cc-by-4.0", "openrail", "llama2", "cc-by-nc-4.0", "gpl-3.0", "bsd-3-clause"];
/// The tasks, the frequent ones first.
pub(crate) const TASKS: [&str; 12] = [
    "text-generation",
    "text-classification",
    "text-to-image",
    "automatic-speech-recognition",
    "feature-extraction",
    "token-classification",
    "question-answering",
    "image-classification",
    "translation",
    "summarization",
    "object-detection",
    "reinforcement-learning",
];
/// The libraries, the frequent ones first.
pub(crate) const LIBRARIES: [&str; 8] =
    ["transformers", "diffusers", "peft", "sentence-transformers", "timm", "stable-baselines3", "gguf", "keras"];
const LANGUAGES: [&str; 12] = [
    "english",
    "german",
    "french",
    "spanish",
    "chinese",
    "japanese",
    "russian",
    "arabic",
    "hindi",
    "portuguese",
    "korean",
    "swahili",
];
const SUBJECTS: [&str; 16] = [
    "reviews",
    "news",
    "contracts",
    "radiology",
    "tweets",
    "support tickets",
    "patents",
    "recipes",
    "lectures",
    "poetry",
    "satellite pictures",
    "invoices",
    "court rulings",
    "street signs",
    "birdsong",
    "protein sequences",
];
/// Bases that many are made from.
pub(super) const BASES: [&str; 24] = [
    "bert-base-uncased",
    "distilbert-base",
    "roberta-large",
    "llama-2-7b",
    "mistral-7b",
    "gpt2",
    "t5-small",
    "whisper-small",
    "wav2vec2-base",
    "vit-base-patch16",
    "resnet-50",
    "stable-diffusion-xl",
    "xlm-roberta-base",
    "deberta-v3-base",
    "falcon-7b",
    "bart-large-cnn",
    "electra-small",
    "clip-vit-large",
    "yolos-tiny",
    "phi-2",
    "gemma-2b",
    "qwen-1.8b",
    "bloom-560m",
    "opt-350m",
];
const SENTENCES: [&str; 14] = [
    "The weights were trained for three epochs with a cosine schedule and a warm-up of ten percent.",
    "It was evaluated on a held-out split; the figures are the mean of five runs with different seeds.",
    "Inputs longer than the context are cut, so split long documents beforehand.",
    "Known limits: rare dialects, sarcasm, and numbers that are written out.",
    "Use the tokenizer of the base, with the special tokens that the configuration names.",
    "Quantized variants lose less than one point on the benchmark.",
    "The data was collected in public places and freed of names and addresses.",
    "Training took two days on eight accelerators and was paid for by a research grant.",
    "Please cite the paper when you publish results that build on this work.",
    "The confusion matrix and the learning curves are beside the weights.",
    "Labels were checked by two annotators; they agreed in nine cases of ten.",
    "A smaller variant for phones has a third of the parameters.",
    "Do not use it for decisions about people without somebody who checks them.",
    "Calibrated probabilities are had with a temperature of about one and a half.",
];
const SYLLABLES: [&str; 20] = [
    "ba", "cor", "dax", "el", "fin", "gra", "hol", "in", "jur", "kel", "lo", "mer", "nox", "or", "pa", "qui", "ras", "sol",
    "tev", "um",
];

/// A word that stands in one card only, by the card's number: nobody's language has it.
pub(crate) fn rare_word(card: u64) -> String {
    let mut rest = card;
    let mut word = String::from("zy");
    for _ in 0..4 {
        word += SYLLABLES[(rest % 20) as usize];
        rest /= 20;
    }
    word
}

/// The text of a card.
pub(super) fn card(number: u64) -> String {
    let (task, library, license) = (pick(number, 1, &TASKS), pick(number, 2, &LIBRARIES), pick(number, 3, &LICENSES));
    let (language, subject, base) = (pick(number, 4, &LANGUAGES), pick(number, 5, &SUBJECTS), pick(number, 6, &BASES));
    let mut text =
        format!("---\nlicense: {license}\npipeline_tag: {task}\nlibrary_name: {library}\ntags:\n- {language}\n- {task}\n");
    if below(number, 8, 3) == 0 {
        text += &format!("- {}\n", pick(number, 9, &SUBJECTS));
    }
    if below(number, 10, 3) > 0 {
        text += &format!("base_model: hub/{base}\n");
    }
    if below(number, 11, 4) == 0 {
        text += &format!("datasets:\n- hub/{language}-{}\n", pick(number, 12, &SUBJECTS).replace(' ', "-"));
    }
    text += &format!(
        "---\n# {base} for {language} {subject}\n\nA model for {} in {language}, tuned on {subject}.\n\n",
        task.replace('-', " ")
    );
    for sentence in 0..3 + below(number, 13, 5) {
        text += SENTENCES[(mixed(number, 20 + sentence) % SENTENCES.len() as u64) as usize];
        text += if sentence % 3 == 2 { "\n\n" } else { " " };
    }
    text += &format!("\n\nThe run was called {}.\n", rare_word(number));
    text
}
