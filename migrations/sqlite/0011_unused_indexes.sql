-- Facts are found in the index of words since 0007: no query reads these any more, and every commit wrote them.
DROP INDEX packages_of_license;
DROP INDEX packages_of_task;
DROP INDEX packages_of_library;
DROP INDEX package_topics_by_topic;
