//! Addresses that downloads are led to, used when their time is over.

use reqwest::Method;

use crate::{
    downloads::{addresses::with_a_model_on, late::read_until_it_is_over},
    harness::{Deployment, Store, eventually},
};

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn the_address_that_a_download_is_led_to_works_until_its_time_is_over() {
    let (server, ann, files) = with_a_model_on(Deployment::on_store(Store::S3).with("ADDRESS_SECONDS", 2)).await;
    let weights = String::from_utf8(files.0["model.safetensors"].clone()).unwrap();
    let file = "/api/v1/models/ann/bert/resolve/main/model.safetensors";
    eventually("it was used in time, and then too late", async || {
        let told = ann.request(Method::GET, file).send().await.unwrap();
        let address = told.headers()["location"].to_str().unwrap().to_owned();
        (read_until_it_is_over(&server.anonymous(), &address, &weights).await > 1).then_some(())
    })
    .await;
}
