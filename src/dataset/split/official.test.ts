import { expect, test } from "vitest";
import { patternParts, plainFileName, publishedParts } from "./official.ts";

test.each([
  ["KDDTrain+.txt.gz", "kddtrain+"],
  ["data/kddcup.data_10_percent.gz", "kddcup.data_10_percent"],
  ["UNSW_NB15_training-set.csv", "unsw_nb15_training-set"],
])("%s is %s", (name, plain) => {
  expect(plainFileName(name)).toBe(plain);
});

test("published pairs are known by the names of their files", () => {
  expect(publishedParts(["KDDTest+.txt.gz", "KDDTrain+.txt"])).toMatchObject({
    parts: ["train", "test"],
    partOf: [1, 0],
  });
  expect(publishedParts(["kddcup.data_10_percent.gz", "corrected.gz"])).toMatchObject({
    title: "KDD Cup 1999",
    partOf: [0, 1],
  });
  expect(publishedParts(["UNSW_NB15_testing-set.csv", "UNSW_NB15_training-set.csv"])?.partOf).toEqual([1, 0]);
  expect(publishedParts(["KDDTrain+_20Percent.txt", "KDDTest-21.txt"])).toMatchObject({
    parts: ["train", "test_21"],
    partOf: [0, 1],
  });
});

test("a file whose rows are in another one too is in no part", () => {
  const found = publishedParts([
    "KDDTrain+.txt",
    "KDDTrain+_20Percent.txt",
    "KDDTest+.txt",
    "KDDTest-21.txt",
  ]);
  expect(found?.partOf).toEqual([0, -1, 1, -1]);
  expect(found?.remarks).toHaveLength(2);
});

test("one side alone, and files of nobody, are no pair", () => {
  expect(publishedParts(["KDDTrain+.txt", "mine.csv"])).toBeUndefined();
  expect(publishedParts(["a.csv", "b.csv"])).toBeUndefined();
});

test("files are matched by pattern", () => {
  const files = ["monday.csv.gz", "tuesday.csv", "friday (1).csv", "notes.csv"];
  const found = patternParts(files, { train: ["mon*", "TUESDAY"], test: ["friday (?).csv"] });
  expect(found).toMatchObject({ parts: ["train", "test"], partOf: [0, 0, 1, -1] });
  expect(patternParts(files, { train: ["*day*"], test: ["friday*"] })).toBe(
    "source file 'friday (1).csv' matches the patterns of train and test",
  );
  expect(patternParts(files, { train: ["mon*"], test: ["sunday*"] })).toMatch(
    /^no source file matches 'sunday\*'/,
  );
});
