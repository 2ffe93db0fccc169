//! Addresses of files that are used when their time is over.

use reqwest::Method;

use super::addresses::{LIST, addresses, with_a_model_on};
use crate::{
    harness::{Client, Deployment, eventually},
    rest::get,
};

/// Reads from an address until it is refused; how often that went well.
pub(crate) async fn read_until_it_is_over(nobody: &Client, url: &str, expected: &str) -> u32 {
    let read = std::cell::Cell::new(0);
    eventually("its time is over", async || {
        let answer = nobody.request(Method::GET, url).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        if status == 200 {
            assert_eq!(text, expected);
            read.set(read.get() + 1);
            return None;
        }
        assert!(status == 403 && text.contains("has expired"), "{status}: {text}");
        Some(())
    })
    .await;
    read.get()
}

#[tokio::test]
async fn an_address_of_a_list_gives_the_file_as_often_as_asked_until_its_time_is_over() {
    let (server, ann, files) = with_a_model_on(Deployment::new().with("ADDRESS_SECONDS", 2)).await;
    let weights = String::from_utf8(files.0["model.safetensors"].clone()).unwrap();
    let nobody = server.anonymous();
    // a machine may be too slow to use one in time: then the next
    eventually("it was used in time, and then too late", async || {
        let (status, list) = get(&ann, LIST).await;
        assert_eq!(status, 200, "{list}");
        let url = addresses(&list).into_iter().find(|(path, _)| path == "model.safetensors").unwrap().1;
        let read = read_until_it_is_over(&nobody, &url, &weights).await;
        let late = nobody.request(Method::GET, &url).header("range", "bytes=2-4").send().await.unwrap();
        assert_eq!(late.status(), 403, "a part of it, neither");
        (read > 1).then_some(())
    })
    .await;
}
