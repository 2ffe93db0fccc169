//! Packages that are found along the lineage: which package a name leads to. Fragments for statements.
//!
//! What may not be seen (`visible.rs`) counts as not being here, both ways: a name stays a name, and no walk goes through it. Whoever
//! uses the fragments has `visible!` in scope.

/// Joins the package that has or had the name that an edge leads to, when there is one and it may be seen: `packages` with its
/// `namespaces`, or nothing. The arguments are the numbers of the parameters that hold the viewer.
macro_rules! to_the_target {
    ($all:literal, $user:literal, $token:literal) => {
        concat!(
            " LEFT JOIN packages ON packages.id =
                  (SELECT named.id FROM namespaces AS its_owner JOIN packages AS named ON named.namespace_id = its_owner.id
                   WHERE its_owner.name_key = lineage.target_namespace AND named.kind = lineage.target_kind
                   AND named.name_key = lineage.target_name
                   UNION ALL
                   SELECT former.package_id FROM namespaces AS its_owner
                   JOIN package_redirects AS former ON former.namespace_id = its_owner.id
                   WHERE its_owner.name_key = lineage.target_namespace AND former.kind = lineage.target_kind
                   AND former.name_key = lineage.target_name
                   LIMIT 1)
              AND ",
            visible!($all, $user, $token),
            " LEFT JOIN namespaces ON namespaces.id = packages.namespace_id"
        )
    };
}

/// Joins the packages that lead to a package by the name that it has or had, as far as they may be seen: `lineage`, `packages` and
/// their `namespaces`. The first argument is a table with the package's `id`, `kind`, `namespace_key` and `name_key`.
macro_rules! from_the_sources {
    ($of:literal, $all:literal, $user:literal, $token:literal) => {
        concat!(
            " LEFT JOIN package_redirects AS former ON former.package_id = ",
            $of,
            ".id LEFT JOIN namespaces AS former_owner ON former_owner.id = former.namespace_id
              JOIN lineage ON lineage.by_hand <> 'removed' AND lineage.target_kind = ",
            $of,
            ".kind AND (lineage.target_namespace = ",
            $of,
            ".namespace_key AND lineage.target_name = ",
            $of,
            ".name_key
                  OR lineage.target_namespace = former_owner.name_key AND lineage.target_name = former.name_key)
              JOIN packages ON packages.id = lineage.package_id AND ",
            visible!($all, $user, $token),
            " JOIN namespaces ON namespaces.id = packages.namespace_id"
        )
    };
}

pub(super) use {from_the_sources, to_the_target};
