//! From a drop or a file input to files with paths. Nothing is read yet.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, Event, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry, HtmlInputElement,
};

/// A file as it was chosen.
pub(super) struct SourceFile {
    /// Its path below what was chosen: `folder/file`, or the bare name.
    pub(super) path: String,
    /// Its content, which stays on disk.
    pub(super) file: File,
}

/// What was dropped: entries can be walked, but only be taken while the event is handled.
pub(super) struct Dropped {
    entries: Vec<FileSystemEntry>,
    loose: Vec<SourceFile>,
}

/// Takes what was dropped out of the event.
pub(super) fn dropped(data: &DataTransfer) -> Dropped {
    let items = data.items();
    let entries: Vec<_> = (0..items.length()).filter_map(|index| items.get(index)?.webkit_get_as_entry().ok()?).collect();
    // text or an image from another page comes without entries
    let loose = if entries.is_empty() { data.files().map(|files| listed(&files)).unwrap_or_default() } else { Vec::new() };
    Dropped { entries, loose }
}

/// Takes what was chosen in a file input, and empties it: choosing the same again is a change again.
pub(super) fn chosen(event: &Event) -> Vec<SourceFile> {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return Vec::new() };
    let files = input.files().map(|files| listed(&files)).unwrap_or_default();
    input.set_value("");
    files
}

fn listed(files: &FileList) -> Vec<SourceFile> {
    let with_path = |file: File| {
        let relative = Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        SourceFile { path: relative.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name()), file }
    };
    (0..files.length()).filter_map(|index| files.get(index)).map(with_path).collect()
}

impl Dropped {
    /// Walks the folders. The order is that of the browser.
    ///
    /// # Errors
    /// When a folder or a file cannot be opened.
    pub(super) async fn walk(self) -> Result<Vec<SourceFile>, String> {
        let (mut open, mut files) = (self.entries, self.loose);
        while let Some(entry) = open.pop() {
            let path = entry.full_path().trim_start_matches('/').to_owned();
            let failed = |_: JsValue| format!("“{path}” cannot be opened: choose it again");
            if let Some(folder) = entry.dyn_ref::<FileSystemDirectoryEntry>() {
                open.extend(children(folder).await.map_err(failed)?);
            } else if let Some(entry) = entry.dyn_ref::<FileSystemFileEntry>() {
                let file = called_back(|resolve, reject| entry.file_with_callback_and_callback(resolve, reject)).await;
                files.push(SourceFile { file: file.map_err(failed)?.unchecked_into(), path });
            }
        }
        Ok(files)
    }
}

/// What a folder holds. A reader hands out a hundred entries at a time and ends with none.
async fn children(folder: &FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let (reader, mut entries) = (folder.create_reader(), Vec::new());
    loop {
        let mut called = Ok(());
        let batch =
            called_back(|resolve, reject| called = reader.read_entries_with_callback_and_callback(resolve, reject)).await?;
        called?;
        let batch: Array = batch.unchecked_into();
        if batch.length() == 0 {
            return Ok(entries);
        }
        entries.extend(batch.iter().map(JsValue::unchecked_into::<FileSystemEntry>));
    }
}

async fn called_back(mut call: impl FnMut(&Function, &Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| call(&resolve, &reject))).await
}
