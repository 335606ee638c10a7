// Templates of the sentences that exist in English only, with their German ones beside them.
#include "api/known_sentences.h"

namespace ri::api {
namespace {

using base::Phrase;

// Problem details, alerts, notes of forecasts, gates; in the order of their texts' sources.
constexpr Phrase kPhrases[] = {
    {"The request makes no sense", "Die Anfrage ergibt keinen Sinn"},
    {"What was sent is wrong", "Was gesendet wurde, ist falsch"},
    {"There is no such thing", "Das gibt es nicht"},
    {"A check said no", "Eine Prüfung hat abgelehnt"},
    {"The database or the disk is not available", "Datenbank oder Platte sind nicht erreichbar"},
    {"Somebody else changed or holds it", "Jemand anderes hat es geändert oder hält es"},
    {"The work was stopped", "Die Arbeit wurde angehalten"},
    {"A bug of ours", "Ein Fehler von uns"},
    {"Sign in first", "Zuerst anmelden"},
    {"Not allowed", "Nicht erlaubt"},
    {"The page is out of date", "Die Seite ist veraltet"},
    {"Too many failed attempts", "Zu viele Fehlversuche"},
    {"Too many requests", "Zu viele Anfragen"},
    {"Too large", "Zu groß"},
    {"Too busy right now", "Gerade überlastet"},
    {"This cannot be done here", "Das geht hier nicht"},
    {"Sent in a form that is not understood", "In einer Form gesendet, die nicht verstanden wird"},
    {"Took too long", "Hat zu lange gedauert"},
    {"Too many requests wait. Try again shortly.",
     "Zu viele Anfragen warten. Bitte gleich noch einmal versuchen."},
    {"The server is being stopped.", "Der Server wird gerade beendet."},
    {"The database cannot be reached.", "Die Datenbank ist nicht erreichbar."},
    {"The database cannot be reached right now. Try again in a moment.",
     "Die Datenbank ist gerade nicht erreichbar. Bitte gleich noch einmal versuchen."},
    {"Something that must not happen did. The log says more.",
     "Etwas, das nicht geschehen darf, ist geschehen. Das Protokoll sagt mehr."},
    {"There is no such address.", "Diese Adresse gibt es nicht."},
    {"This address takes {methods}.", "Diese Adresse nimmt {methods}."},
    {"Sign in, or send an API token.", "Bitte anmelden oder ein API-Token senden."},
    {"Slow down: too many requests from this sign-in.",
     "Langsamer: zu viele Anfragen von dieser Anmeldung."},
    {"Send the CSRF token of GET /session in X-CSRF-Token.",
     "Bitte das CSRF-Token von GET /session in X-CSRF-Token senden."},
    {"This needs the permission '{permission}'.", "Dazu braucht es das Recht „{permission}“."},
    {"Some parameters are wrong.", "Einige Parameter sind falsch."},
    {"Some of what was sent is wrong.", "Einiges von dem, was gesendet wurde, ist falsch."},
    {"Send JSON with the header 'Content-Type: application/json'.",
     "Bitte JSON mit der Kopfzeile „Content-Type: application/json“ senden."},
    {"The body is not a JSON object.", "Der Rumpf ist kein JSON-Objekt."},
    {"This is the last administrator.", "Das ist der letzte Administrator."},
    {"A token cannot make tokens.", "Ein Token kann keine Token anlegen."},
    {"A token cannot set a password.", "Ein Token kann kein Passwort setzen."},
    {"There is no such token.", "Dieses Token gibt es nicht."},
    {"There is no such view of yours.", "Diese gespeicherte Ansicht gibt es bei Ihnen nicht."},
    {"There is no such alert rule.", "Diese Warnregel gibt es nicht."},
    {"There is no such import.", "Diesen Import gibt es nicht."},
    {"There is no such upload.", "Diesen Upload gibt es nicht."},
    {"There is no such user.", "Diesen Benutzer gibt es nicht."},
    {"There is no such file.", "Diese Datei gibt es nicht."},
    {"There is no such node.", "Diesen Knoten gibt es nicht."},
    {"There is no such node that you can see.",
     "Einen solchen Knoten, den Sie sehen dürfen, gibt es nicht."},
    {"There is no such decision of yours.", "Diese Entscheidung gibt es bei Ihnen nicht."},
    {"The body is empty; send the bytes of the file.",
     "Der Rumpf ist leer; bitte die Bytes der Datei senden."},
    {"A call is made for the own node or one below it.",
     "Eine Zusage gilt dem eigenen Knoten oder einem darunter."},
    {"The amount must be in the reporting currency.",
     "Der Betrag muss in der Berichtswährung sein."},
    {"The moment to compare with must lie before the other.",
     "Der Vergleichszeitpunkt muss vor dem anderen liegen."},
    {"The earlier moment must lie before the later one.",
     "Der frühere Zeitpunkt muss vor dem späteren liegen."},
    {"Movements are told for the whole view only.", "Bewegungen gibt es nur für die ganze Sicht."},
    {"The job is over already.", "Der Auftrag ist schon beendet."},
    {"No OpenID Connect provider is set up.", "Es ist kein OpenID-Connect-Anbieter eingerichtet."},
    {"Metrics are for this machine, or a token with 'audit'.",
     "Metriken sind für diese Maschine oder ein Token mit „audit“."},
    {"Too many failed attempts. Wait, then try again.",
     "Zu viele Fehlversuche. Bitte warten und dann noch einmal versuchen."},
    {"That is not right, or it was used already.", "Das stimmt nicht oder wurde schon benutzt."},
    {"Past forecasts are about the whole company, of which you see a part.",
     "Frühere Prognosen gelten dem ganzen Unternehmen, von dem Sie einen Teil sehen."},
    {"Pages are read with GET.", "Seiten werden mit GET gelesen."},
    {"There is no open deal '{deal}' that you can see.",
     "Es gibt keinen offenen Deal „{deal}“, den Sie sehen dürfen."},
    {"There is no deal '{deal}' in the database.",
     "Es gibt keinen Deal „{deal}“ in der Datenbank."},
    {"There is no closed deal '{deal}'.", "Es gibt keinen abgeschlossenen Deal „{deal}“."},
    {"There is no upload '{upload}' any more.", "Den Upload „{upload}“ gibt es nicht mehr."},
    {"There is nothing to look at yet.", "Es gibt noch nichts zu sehen."},
    {"A deal that has ended is compared with no others.",
     "Ein Deal, der beendet ist, wird mit keinem anderen verglichen."},
    {"The cursor is not one that a page ended with.",
     "Das ist keine Marke, mit der eine Seite endete."},
    {"Deal {deal} is not among the open deals of this forecast, so that nothing can be assumed "
     "about it.",
     "Deal {deal} ist nicht unter den offenen Deals dieser Prognose, sodass sich nichts über ihn "
     "annehmen lässt."},
    {"No deal is open, so that there is nothing to assume.",
     "Kein Deal ist offen, sodass es nichts anzunehmen gibt."},
    {"The imported deals have no closing dates, so that nothing can be said about a quarter. "
     "Scores and reasons work; import closing dates to forecast.",
     "Die importierten Deals haben keine Abschlussdaten, sodass sich über ein Quartal nichts sagen "
     "lässt. Chancen und Gründe gibt es; für eine Prognose bitte Abschlussdaten importieren."},
    {"The first moment must lie before the second.",
     "Der erste Zeitpunkt muss vor dem zweiten liegen."},
    {"The database holds no data. Import an export first: revint import FILE...",
     "Die Datenbank enthält keine Daten. Bitte zuerst einen Export importieren: revint import "
     "DATEI..."},
    {"There is no field '{field}' to change in this data. Fields: {fields}.",
     "In diesen Daten gibt es kein Feld „{field}“ zu ändern. Felder: {fields}."},
    {"No deal is open in a stage '{stage}'. Open stages: {stages}.",
     "Kein Deal ist in einer Stufe „{stage}“ offen. Offene Stufen: {stages}."},
    {"The value '{value}' never occurs in {field}; the model has nothing to say about it.",
     "Der Wert „{value}“ kommt in {field} nie vor; das Modell kann dazu nichts sagen."},
    {"The field '{field}' is edited twice.", "Das Feld „{field}“ wird zweimal geändert."},
    {"The target is a chance between 0 and 1, such as 0.5.",
     "Das Ziel ist eine Chance zwischen 0 und 1, etwa 0.5."},
    {"There is no earlier version to roll '{alias}' back to.",
     "Es gibt keine frühere Version, auf die „{alias}“ zurückgehen könnte."},
    {"A password has at least 12 characters.", "Ein Passwort hat mindestens 12 Zeichen."},
    {"The user is gone.", "Den Benutzer gibt es nicht mehr."},
    {"The current password is not right.", "Das jetzige Passwort stimmt nicht."},
    {"'{email}' is no e-mail address.", "„{email}“ ist keine E-Mail-Adresse."},
    {"'{role}' is no role. Roles are admin, revops, leader, manager, rep and viewer.",
     "„{role}“ ist keine Rolle. Rollen sind admin, revops, leader, manager, rep und viewer."},
    {"A token cannot hold '{scope}', which its owner does not have.",
     "Ein Token kann „{scope}“ nicht haben, weil es seinem Besitzer fehlt."},
    {"is missing.", "fehlt."},
    {"is given twice.", "ist zweimal angegeben."},
    {"is longer than {number} bytes.", "ist länger als {number} Bytes."},
    {"is no parameter of this address.", "ist kein Parameter dieser Adresse."},
    {"is no member of this body.", "gehört nicht in diesen Rumpf."},
    {"is no field that deals can be sorted by.",
     "ist kein Feld, nach dem sich Deals sortieren lassen."},
    {"holds too many or too long values.", "hat zu viele oder zu lange Werte."},
    {"holds a member that is no text, number, true, false or null.",
     "enthält etwas, das kein Text, keine Zahl, nicht true, false oder null ist."},
    {"must be an object.", "muss ein Objekt sein."},
    {"must be true or false.", "muss true oder false sein."},
    {"must be a whole number from {least} to {most}.",
     "muss eine ganze Zahl von {least} bis {most} sein."},
    {"must be a number from {least} to {most}.", "muss eine Zahl von {least} bis {most} sein."},
    {"must be a number within its range.", "muss eine Zahl in ihrem Bereich sein."},
    {"must be a date such as 2026-11-16.", "muss ein Datum wie 2026-11-16 sein."},
    {"must be a quarter such as 2026Q4.", "muss ein Quartal wie 2026Q4 sein."},
    {"must be a text of {least} to {most} bytes.",
     "muss ein Text von {least} bis {most} Bytes sein."},
    {"must be a list of {least} to {most} texts.",
     "muss eine Liste von {least} bis {most} Texten sein."},
    {"must be a list of {least} to {most} objects.",
     "muss eine Liste von {least} bis {most} Objekten sein."},
    {"must be one of {words}.", "muss eines von {words} sein."},
    {"must be high, elevated, normal or unknown.",
     "muss high, elevated, normal oder unknown sein."},
    {"must be reasons, decisions or both with a comma.",
     "muss reasons, decisions oder beides mit Komma sein."},
    {"must be in the reporting currency.", "muss in der Berichtswährung sein."},
    {"must lie before 'as_of'.", "muss vor „as_of“ liegen."},
    {"must lie before 'to'.", "muss vor „to“ liegen."},
    {"must be a code such as EUR.", "muss ein Kürzel wie EUR sein."},
    {"must be like monthly:2 or 445:1:6.", "muss wie monthly:2 oder 445:1:6 aussehen."},
    {"'{scope}' is no permission.", "„{scope}“ ist kein Recht."},
    {"The chance to miss {date} is {chance} in 100, against {peers} for comparable deals.",
     "Die Chance, {date} zu verfehlen, ist {chance} von 100, gegen {peers} bei vergleichbaren "
     "Deals."},
    {"The chance to miss {date} is {chance} in 100, against {peers} for comparable deals. Mostly: "
     "{list}.",
     "Die Chance, {date} zu verfehlen, ist {chance} von 100, gegen {peers} bei vergleichbaren "
     "Deals. Vor allem: {list}."},
    {"a win", "einen Gewinn"},
    {"The commit date passed {days} days ago.",
     "Das zugesagte Datum ist seit {days} Tagen vorbei."},
    {"In its stage {times} times as long as the median won deal.",
     "{times}-mal so lange in seiner Stufe wie der mittlere gewonnene Deal."},
    {"The commit date was pushed out {times} times.",
     "Das zugesagte Datum wurde {times}-mal verschoben."},
    {"{number} buyer contacts active in 28 days, late in the process.",
     "{number} Kontakte des Käufers in 28 Tagen aktiv, spät im Ablauf."},
    {"No two-way contact for {days} days.", "Seit {days} Tagen kein Austausch mit dem Käufer."},
    {"Worth {share} % of its first amount.", "Nur noch {share} % des ersten Betrags wert."},
    {"The owner is no longer active.", "Der Inhaber ist nicht mehr aktiv."},
    {"The chance to be won by its commit date in {days} days is {chance} %.",
     "Die Chance, bis zum zugesagten Datum in {days} Tagen gewonnen zu werden, ist {chance} %."},
    {"{number} open deals have no amount; the mean of won deals, {amount}, stands in, with their "
     "spread.",
     "{number} offene Deals haben keinen Betrag; an seine Stelle tritt der Mittelwert gewonnener "
     "Deals, {amount}, mit deren Streuung."},
    {"{number} open deals have an amount that cannot be used (credit, or a currency without a "
     "rate); the mean of won deals stands in.",
     "{number} offene Deals haben einen unbrauchbaren Betrag (Gutschrift oder Währung ohne Kurs); "
     "an seine Stelle tritt der Mittelwert gewonnener Deals."},
    {"{number} open deals are larger than 20 times the largest usual won deal; they count as "
     "{amount}. Correct the amount if it is a typing error.",
     "{number} offene Deals sind größer als das 20-Fache des größten üblichen gewonnenen; sie "
     "zählen als {amount}. Bitte den Betrag berichtigen, wenn es ein Tippfehler ist."},
    {"Limited history: {number} full quarters; correlation and new business are mostly "
     "assumptions.",
     "Wenig Vergangenheit: {number} volle Quartale; Zusammenhang und neues Geschäft sind vor allem "
     "Annahmen."},
    {"No deal has been won yet; deals not created yet cannot be estimated.",
     "Noch kein Deal wurde gewonnen; noch nicht angelegte Deals lassen sich nicht schätzen."},
    {"No model tells the open deals apart: as many of them count as were won in the same part of "
     "past quarters, each with the same chance.",
     "Kein Modell unterscheidet die offenen Deals: Es zählen so viele, wie im gleichen Teil "
     "früherer Quartale gewonnen wurden, jeder mit der gleichen Chance."},
    {"The period is over: what was booked is all there is.",
     "Der Zeitraum ist vorbei: Was gebucht ist, ist alles."},
    {"Deals not created yet cannot be told apart by this filter and are left out.",
     "Noch nicht angelegte Deals lassen sich mit diesem Filter nicht trennen und fehlen."},
    {"The newest fact in the data is from {date}; looking from the end of that day. Give --as-of "
     "to choose another moment.",
     "Die neueste Tatsache in den Daten ist vom {date}; gesehen wird vom Ende dieses Tages. Ein "
     "anderer Zeitpunkt lässt sich wählen."},
    {"Is it kept from facts that know the outcome?",
     "Bleibt es von Tatsachen fern, die den Ausgang kennen?"},
    {"No feature was found to know the outcome", "Kein Merkmal kennt den Ausgang"},
    {"filled for {closed} % of the deals that have ended and {open} % of those still open that "
     "began "
     "at the same time: it is written at the end",
     "gefüllt bei {closed} % der beendeten Deals und bei {open} % der noch offenen, die zur selben "
     "Zeit begannen: es wird am Ende geschrieben"},
    {"alone it separates won from lost deals with AUC {auc} on the first day",
     "allein trennt es gewonnene von verlorenen Deals mit AUC {auc} schon am ersten Tag"},
    {"Are there enough closed deals?", "Gibt es genug abgeschlossene Deals?"},
    {"{all} closed deals: {won} won, {lost} lost",
     "{all} abgeschlossene Deals: {won} gewonnen, {lost} verloren"},
    {"the base rate alone is known to +-{points} points",
     "allein die Grundquote ist auf +-{points} Punkte bekannt"},
    {"Is it better than the best baseline, on deals it has not seen?",
     "Ist es besser als der beste Vergleichswert, auf Deals, die es nicht kannte?"},
    {"There is no past moment at which it could have been trained and then judged.",
     "Es gibt keinen früheren Zeitpunkt, an dem es trainiert und danach beurteilt werden könnte."},
    {"log loss {loss} against {other} of the {baseline} on {rows} later snapshots of {deals} "
     "accounts or deals: {better} % better, with {confidence} % confidence at least {least} % "
     "(needed: {needed} % and more than 0); AUC {auc}, with {same} % confidence at least "
     "{auc_least} (needed: more than 0.5)",
     "Log-Verlust {loss} gegen {other} ({baseline}) auf {rows} späteren Momentaufnahmen von "
     "{deals} Kunden oder Deals: {better} % besser, mit {confidence} % Sicherheit mindestens "
     "{least} % (nötig: {needed} % und mehr als 0); AUC {auc}, mit {same} % Sicherheit mindestens "
     "{auc_least} (nötig: mehr als 0,5)"},
    {"log loss {loss} against {other} of the {baseline} on {rows} snapshots, told without their "
     "own "
     "account, of {deals} accounts or deals: {better} % better, with {confidence} % confidence at "
     "least {least} % (needed: {needed} %); AUC {auc}, with {same} % confidence at least "
     "{auc_least} (needed: more than 0.5)",
     "Log-Verlust {loss} gegen {other} ({baseline}) auf {rows} Momentaufnahmen, beurteilt ohne den "
     "eigenen Kunden, von {deals} Kunden oder Deals: {better} % besser, mit {confidence} % "
     "Sicherheit mindestens {least} % (nötig: {needed} %); AUC {auc}, mit {same} % Sicherheit "
     "mindestens {auc_least} (nötig: mehr als 0,5)"},
    {"No signal found: {list}", "Kein Signal gefunden: {list}"},
    {"Do its probabilities come true?", "Treffen seine Wahrscheinlichkeiten ein?"},
    {"Calibration cannot be measured: one outcome only, or one probability for all.",
     "Die Kalibrierung lässt sich nicht messen: nur ein Ausgang oder eine Wahrscheinlichkeit für "
     "alle."},
    {"slope {slope} +-{slope_error} (1 is ideal), level {level} +-{level_error} log-odds (0 is "
     "ideal), calibration error {error} after removing noise (limit {limit}; exact probabilities "
     "stay below {exact} in 95 of 100 cases)",
     "Steigung {slope} +-{slope_error} (ideal: 1), Niveau {level} +-{level_error} Log-Odds (ideal: "
     "0), Kalibrierungsfehler {error} ohne Rauschen (Grenze {limit}; genaue Wahrscheinlichkeiten "
     "bleiben in 95 von 100 Fällen unter {exact})"},
    {"Is it nowhere worse than the champion?", "Ist es nirgends schlechter als der Champion?"},
    {"Too few outcomes since the champion was trained to compare segments",
     "Zu wenige Ausgänge seit dem Training des Champions, um Segmente zu vergleichen"},
    {"There is no champion to compare with", "Es gibt keinen Champion zum Vergleich"},
    {"{number} segments of at least {least} deals compared, none is worse",
     "{number} Segmente mit mindestens {least} Deals verglichen, keines ist schlechter"},
    {"Is it not worse than the champion?", "Ist es nicht schlechter als der Champion?"},
    {"Only {number} snapshots with an outcome since the champion was trained; {needed} are needed "
     "to compare",
     "Nur {number} Momentaufnahmen mit Ausgang seit dem Training des Champions; zum Vergleich "
     "braucht es {needed}"},
    {"log loss {loss} against the champion's {other} on {rows} snapshots that both had not seen; "
     "with {confidence} % confidence at most {most} (limit {limit})",
     "Log-Verlust {loss} gegen {other} des Champions auf {rows} Momentaufnahmen, die beide nicht "
     "kannten; mit {confidence} % Sicherheit höchstens {most} (Grenze {limit})"},
    {"Do scores stay where nothing changed?", "Bleiben Chancen, wo sich nichts geändert hat?"},
    {"There is no champion with open deals to compare",
     "Es gibt keinen Champion mit offenen Deals zum Vergleich"},
    {"the scores of {number} open deals move by {points} points on average (limit {limit}) on the "
     "same features; {share} % of them by more than {many} points (limit {most} %)",
     "die Chancen von {number} offenen Deals bewegen sich bei gleichen Merkmalen im Mittel um "
     "{points} Punkte (Grenze {limit}); {share} % davon um mehr als {many} Punkte (Grenze {most} "
     "%)"},
    {"Do its reasons add up to its scores?", "Ergeben seine Gründe zusammen seine Chancen?"},
    {"{number} rows were explained; every sum met its score",
     "{number} Zeilen wurden erklärt; jede Summe traf ihre Chance"},
    {"Do forecast intervals hold as often as they say?",
     "Halten Prognosebereiche so oft, wie sie sagen?"},
    {"No quarter has been replayed yet", "Noch kein Quartal wurde nachgespielt"},
    {"base rate", "Grundquote"},
    {"base rate before the cutoff", "Grundquote vor dem Stichtag"},
    {"base rate with the same timing", "Grundquote mit gleichem Verlauf"},
    {"win rate by stage", "Gewinnquote je Stufe"},
    {"{all} closed deals: {won} won, {lost} lost; the base rate alone is known to +-{points} "
     "points. Needed: {needed} closed deals with at least {least} won and {each} lost; missing: "
     "{more} more, {fewer} of them {kind}. Then the base rate would be known to +-{then} points; "
     "+-5 points take {five} closed deals",
     "{all} abgeschlossene Deals: {won} gewonnen, {lost} verloren; allein die Grundquote ist auf "
     "+-{points} Punkte bekannt. Nötig: {needed} abgeschlossene Deals mit mindestens {least} "
     "gewonnenen und {each} verlorenen; es fehlen {more}, davon {fewer} {kind}. Dann wäre die "
     "Grundquote auf +-{then} Punkte bekannt; +-5 Punkte brauchen {five} abgeschlossene Deals"},
    {"won", "gewonnene"},
    {"lost", "verlorene"},
    {"There is no earlier quarter with the same week to compare with.",
     "Es gibt kein früheres Quartal mit derselben Woche zum Vergleich."},
    {"{now} deals now and {before} before are too few to tell drift from chance; {least} on each "
     "side are needed.",
     "{now} Deals jetzt und {before} davor sind zu wenige, um Drift vom Zufall zu unterscheiden; "
     "auf jeder Seite braucht es {least}."},
    {"There are no deals of that week.", "Aus dieser Woche gibt es keine Deals."},
    {"the 80 % interval held the outcome in {held} of {all} replayed quarters; {least} to {most} "
     "are to be expected in 95 of 100 cases",
     "der 80-%-Bereich enthielt den Ausgang in {held} von {all} nachgespielten Quartalen; {least} "
     "bis {most} sind in 95 von 100 Fällen zu erwarten"},
    {"Does the same training give the same bytes?", "Ergibt dasselbe Training dieselben Bytes?"},
    {"{what}, made again on another number of threads, has the same bytes",
     "{what}, mit einer anderen Zahl von Threads noch einmal gemacht, hat dieselben Bytes"},
    {"{what}, made again on another number of threads, differs",
     "{what}, mit einer anderen Zahl von Threads noch einmal gemacht, weicht ab"},
    {"The first of {number} bags", "Der erste von {number} Säcken"},
    {"The first of {number} bags and the ridge fit",
     "Der erste von {number} Säcken und die Ridge-Regression"},
    {"The table", "Die Tabelle"},
    {"The ridge fit", "Die Ridge-Regression"},
    {"The base rate", "Die Grundquote"},
};

}  // namespace

std::span<const Phrase> KnownPhrases() { return kPhrases; }

}  // namespace ri::api
