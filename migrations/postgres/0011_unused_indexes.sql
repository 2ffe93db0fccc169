-- Facts are found in the index of words since 0007: no query reads these any more, and every commit wrote them.
DROP INDEX packages_of_license;
DROP INDEX packages_of_task;
DROP INDEX packages_of_library;
DROP INDEX package_topics_by_topic;

-- What is put off until the next vacuum is read from its beginning by every search meanwhile: a commit takes its milliseconds instead.
ALTER INDEX package_words_by_word SET (fastupdate = off);
SELECT gin_clean_pending_list('package_words_by_word'::regclass);
