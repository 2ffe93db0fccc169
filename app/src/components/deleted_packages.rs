//! The deleted packages of a namespace, with the way back.

use domain::lifecycle::DeletedPackage;
use leptos::prelude::*;

use super::{
    moment::Moment,
    package_form::{Failures, PackageFields, failure},
};
use crate::api::lifecycle::UndeletePackage;

/// Packages that were deleted, those that were deleted last first.
#[component]
pub fn DeletedPackages(
    /// The packages.
    packages: Vec<DeletedPackage>,
) -> impl IntoView {
    let undelete = ServerAction::<UndeletePackage>::new();
    let rows = packages.into_iter().map(|deleted| {
        let DeletedPackage { package, deleted_at, deleted_by, purge_at, is_purging } = deleted;
        let name = package.full_name();
        view! {
            <tr>
                <th scope="row">{name.clone()} " " <span class="chip">{package.kind.as_str()}</span></th>
                <td>{deleted_by} ", " <Moment at=deleted_at/></td>
                <td><Moment at=purge_at/></td>
                <td class="fit">
                    {if is_purging {
                        "is being removed".into_any()
                    } else {
                        view! {
                            <ActionForm action=undelete>
                                <PackageFields package/>
                                <button type="submit" class="button button-small">
                                    "Undelete" <span class="visually-hidden">" " {name}</span>
                                </button>
                            </ActionForm>
                        }
                        .into_any()
                    }}
                </td>
            </tr>
        }
    });
    view! {
        <Failures failures=vec![failure(undelete.value())]/>
        <div class="table-frame" tabindex="0" role="region" aria-label="Deleted packages">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Package"</th>
                        <th scope="col">"Deleted by"</th>
                        <th scope="col">"Removed for good"</th>
                        <th scope="col">"Restore"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
