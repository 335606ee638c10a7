#include "data/redactor.h"

#include <gtest/gtest.h>

namespace ri::data {
namespace {

Redactor WithJane() {
  Redactor redactor;
  redactor.AddWords(WordsOf("Jane M\xC3\xBCller"), kErasedText);
  redactor.AddKey(EntityKind::kContact, "003A", "erased-1");
  redactor.AddWords(WordsOf("Jane"), "someone");
  return redactor;
}

TEST(Redactor, ReplacesWholeWordsWhateverTheirCase) {
  const Redactor redactor = WithJane();
  EXPECT_EQ(redactor.Text("Call JANE M\xC3\x9CLLER, then jane-m\xC3\xBCller again!"),
            "Call [erased], then [erased] again!");
  EXPECT_EQ(redactor.Text("Jane Doe"), "someone Doe")
      << "the longest name first, then shorter ones";
  EXPECT_EQ(redactor.Text("Janes M\xC3\xBCllers"), std::nullopt);
  EXPECT_EQ(redactor.Text(""), std::nullopt);
  EXPECT_EQ(redactor.Text("{\"name\":\"Jane M\xC3\xBCller\"}"), "{\"name\":\"[erased]\"}");
}

TEST(Redactor, KnowsKeysByTheirKind) {
  const Redactor redactor = WithJane();
  EXPECT_EQ(redactor.Key(EntityKind::kContact, "003A"), "erased-1");
  EXPECT_EQ(redactor.Key(EntityKind::kRep, "003A"), std::nullopt);
  EXPECT_EQ(redactor.Text("003A"), std::nullopt) << "a key is not a name";
}

TEST(Redactor, WorksFromWhatIsStoredAndOnlyWithTheSecret) {
  Redactor made;
  made.set_secret(base::RandomHashKey());
  ErasureRecords records = {.secret = base::ToHex(made.secret()),
                            .identifiers = {made.AddWords(WordsOf("Jane Miller"), kErasedText)}};
  for (const ErasedIdentifier& identifier : records.identifiers) {
    EXPECT_EQ(identifier.digest.find("ane"), std::string::npos);
  }
  EXPECT_EQ(Redactor::From(records)->Text("to Jane Miller"), "to [erased]");
  records.secret = base::ToHex(base::RandomHashKey());
  EXPECT_EQ(Redactor::From(records)->Text("to Jane Miller"), std::nullopt);
  records.secret = "nonsense";
  EXPECT_EQ(Redactor::From(records).error().code(), ErrorCode::kStorage);
  EXPECT_TRUE(Redactor::From({})->empty());
}

TEST(Redactor, AContactHasAnotherNameInEveryDeal) {
  const Redactor redactor = WithJane();
  const std::string key = redactor.AnonymousKey(EntityKind::kContact, "003A");
  EXPECT_NE(redactor.LinkKey(key, 1), redactor.LinkKey(key, 2));
  EXPECT_EQ(redactor.LinkKey(key, 1), redactor.LinkKey(key, 1));
  EXPECT_EQ(key.find("003A"), std::string::npos);
}

}  // namespace
}  // namespace ri::data
