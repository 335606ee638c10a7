#include "features/reason_phrases.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "features/reason_sentence.h"

namespace ri::features {
namespace {

using base::Phrase;

constexpr Phrase kSentences[] = {
    {"{value} of the emails came from the buyer", "{value} der E-Mails kamen vom Käufer"},
    {"No two-way contact for {value} day{s}||Two-way contact today",
     "Seit {value} {Tag|Tagen} kein Austausch mit dem Käufer||Austausch mit dem Käufer heute"},
    {"A next meeting is planned||No next meeting is planned",
     "Ein nächster Termin ist geplant||Kein nächster Termin ist geplant"},
    {"The next meeting is in {value} day{s}||The next meeting is today",
     "Der nächste Termin ist in {value} {Tag|Tagen}||Der nächste Termin ist heute"},
    {"The buyer usually replies after {value} day{s}||The buyer usually replies the same day",
     "Der Käufer antwortet meist nach {value} {Tag|Tagen}||Der Käufer antwortet meist am selben "
     "Tag"},
    {"No activity for {value} day{s}||Activity today",
     "Seit {value} {Tag|Tagen} keine Aktivität||Aktivität heute"},
    {"Activity is {value} times that of the 28 days before||As much activity as in the 28 days "
     "before||Activity has fallen to {value} times that of the 28 days before",
     "Die Aktivität ist das {value}-Fache der 28 Tage davor||So viel Aktivität wie in den 28 Tagen "
     "davor||Die Aktivität ist auf das {value}-Fache der 28 Tage davor gefallen"},
    {"{value} buyer contact{s} active in 28 days||No buyer contact active in 28 days",
     "{value} {Kontakt|Kontakte} des Käufers in 28 Tagen aktiv||Kein Kontakt des Käufers in 28 "
     "Tagen aktiv"},
    {"An executive of the buyer is involved||No executive of the buyer is involved",
     "Die Geschäftsleitung des Käufers ist beteiligt||Die Geschäftsleitung des Käufers ist nicht "
     "beteiligt"},
    {"{value} new contact{s} in 28 days||No new contact in 28 days",
     "{value} {neuer Kontakt|neue Kontakte} in 28 Tagen||Kein neuer Kontakt in 28 Tagen"},
    {"The economic buyer is named||No economic buyer is named",
     "Der wirtschaftliche Entscheider ist benannt||Kein wirtschaftlicher Entscheider ist benannt"},
    {"{value} {contact has|contacts have} a role on the deal||No contact has a role on the deal",
     "{value} {Kontakt hat|Kontakte haben} eine Rolle im Deal||Kein Kontakt hat eine Rolle im "
     "Deal"},
    {"The account is {value}", "Der Kunde ist {value}"},
    {"{value} {deal was|deals were} won at this account before||Nothing was won at this account "
     "before",
     "{value} {Deal wurde|Deals wurden} bei diesem Kunden schon gewonnen||Bei diesem Kunden wurde "
     "noch nichts gewonnen"},
    {"{value} {deal was|deals were} lost at this account before||Nothing was lost at this account "
     "before",
     "{value} {Deal wurde|Deals wurden} bei diesem Kunden schon verloren||Bei diesem Kunden wurde "
     "noch nichts verloren"},
    {"{value} of earlier deals at this account were won",
     "{value} der früheren Deals bei diesem Kunden wurden gewonnen"},
    {"{value} earlier {deal at this account has|deals at this account have} ended||No earlier deal "
     "at this account has ended",
     "{value} {früherer Deal|frühere Deals} bei diesem Kunden abgeschlossen||Kein früherer Deal "
     "bei diesem Kunden abgeschlossen"},
    {"The last win at this account was {value} day{s} ago||The last win at this account was today",
     "Der letzte Gewinn bei diesem Kunden war vor {value} {Tag|Tagen}||Der letzte Gewinn bei "
     "diesem Kunden war heute"},
    {"{value} other {deal is|deals are} open at this account||No other deal is open at this "
     "account",
     "{value} {weiterer Deal ist|weitere Deals sind} bei diesem Kunden offen||Kein weiterer Deal "
     "ist bei diesem Kunden offen"},
    {"Already a customer||Not yet a customer", "Ist schon Kunde||Ist noch kein Kunde"},
    {"The account has {value} employees", "Der Kunde hat {value} Mitarbeiter"},
    {"The account's revenue is {value}", "Der Umsatz des Kunden ist {value}"},
    {"The region is {value}", "Die Region ist {value}"},
    {"The owner has sold here for {value} day{s}||The owner's first day here",
     "Der Inhaber verkauft hier seit {value} {Tag|Tagen}||Erster Tag des Inhabers"},
    {"The owner has {value} other open deal{s}||The owner has no other open deal",
     "Der Inhaber hat {value} {weiteren offenen Deal|weitere offene Deals}||Der Inhaber hat keinen "
     "weiteren offenen Deal"},
    {"{value} of the deals this owner committed were won",
     "{value} der Deals, die dieser Inhaber zugesagt hatte, wurden gewonnen"},
    {"The owner changed in the last 28 days||The owner did not change in the last 28 days",
     "Der Inhaber hat in den letzten 28 Tagen gewechselt||Der Inhaber hat in den letzten 28 Tagen "
     "nicht gewechselt"},
    {"{value} of the fields are filled", "{value} der Felder sind gefüllt"},
    {"Nobody edited the deal for {value} day{s}||The deal was edited today",
     "Seit {value} {Tag|Tagen} hat niemand den Deal bearbeitet||Der Deal wurde heute bearbeitet"},
    {"A next step is written down||No next step is written down",
     "Ein nächster Schritt ist eingetragen||Kein nächster Schritt ist eingetragen"},
    {"A competitor is named||No competitor is named",
     "Ein Wettbewerber ist genannt||Kein Wettbewerber ist genannt"},
    {"No activities of this owner are recorded||Activities of this owner are recorded",
     "Von diesem Inhaber sind keine Aktivitäten erfasst||Von diesem Inhaber sind Aktivitäten "
     "erfasst"},
    {"The amount is {value}||The amount is zero", "Der Betrag ist {value}||Der Betrag ist null"},
    {"No amount is entered||An amount is entered",
     "Kein Betrag ist eingetragen||Ein Betrag ist eingetragen"},
    {"The amount is {value} times the account's usual won deal||The amount equals the account's "
     "usual won deal||The amount is {value} times the account's usual won deal",
     "Der Betrag ist das {value}-Fache des üblichen gewonnenen Deals dieses Kunden||Der Betrag "
     "gleicht dem üblichen gewonnenen Deal dieses Kunden||Der Betrag ist das {value}-Fache des "
     "üblichen gewonnenen Deals dieses Kunden"},
    {"The amount is {value} times the usual deal with this product||The amount equals the usual "
     "deal with this product||The amount is {value} times the usual deal with this product",
     "Der Betrag ist das {value}-Fache des üblichen Deals mit diesem Produkt||Der Betrag gleicht "
     "dem üblichen Deal mit diesem Produkt||Der Betrag ist das {value}-Fache des üblichen Deals "
     "mit diesem Produkt"},
    {"The amount has risen to {value} times its first value||The amount is what it was at "
     "first||The amount has fallen to {value} times its first value",
     "Der Betrag ist auf das {value}-Fache des ersten gestiegen||Der Betrag ist der erste "
     "geblieben||Der Betrag ist auf das {value}-Fache des ersten gefallen"},
    {"The amount was changed {value} time{s} in 28 days||The amount was not changed in 28 days",
     "Der Betrag wurde in 28 Tagen {value}-mal geändert||Der Betrag wurde in 28 Tagen nicht "
     "geändert"},
    {"The amount was changed {value} time{s} in 90 days||The amount was not changed in 90 days",
     "Der Betrag wurde in 90 Tagen {value}-mal geändert||Der Betrag wurde in 90 Tagen nicht "
     "geändert"},
    {"The last change raised the amount||The amount never changed||The last change lowered the "
     "amount",
     "Die letzte Änderung hat den Betrag erhöht||Der Betrag wurde nie geändert||Die letzte "
     "Änderung hat den Betrag gesenkt"},
    {"The discount is {value} percent||No discount", "Der Rabatt ist {value} Prozent||Kein Rabatt"},
    {"{value} {product is|products are} on the deal||No product is on the deal",
     "{value} {Produkt ist|Produkte sind} im Deal||Kein Produkt ist im Deal"},
    {"The contract runs for {value} month{s}", "Der Vertrag läuft {value} {Monat|Monate}"},
    {"The currency is {value}", "Die Währung ist {value}"},
    {"The stage is {value}", "Die Stufe ist {value}"},
    {"{value} of earlier deals that reached this stage were won",
     "{value} der früheren Deals, die diese Stufe erreichten, wurden gewonnen"},
    {"{value} earlier {deal that reached this stage has|deals that reached this stage have} "
     "ended||No earlier deal that reached this stage has ended",
     "{value} {früherer Deal, der|frühere Deals, die} diese Stufe {erreichte, ist|erreichten, "
     "sind} abgeschlossen||Kein früherer Deal, der diese Stufe erreichte, ist abgeschlossen"},
    {"{value} of the way through the pipeline||At the first stage of the pipeline",
     "{value} des Weges durch die Pipeline||Auf der ersten Stufe der Pipeline"},
    {"In this stage for {value} day{s}||Entered this stage today",
     "Seit {value} {Tag|Tagen} in dieser Stufe||Heute in diese Stufe gekommen"},
    {"Open for {value} day{s}||Opened today", "Seit {value} {Tag|Tagen} offen||Heute angelegt"},
    {"In this stage {value} times as long as deals that were won||Has just entered this stage",
     "{value}-mal so lange in dieser Stufe wie gewonnene Deals||Gerade erst in diese Stufe "
     "gekommen"},
    {"In this stage {value} day{s} longer than nearly all won deals||Not longer in this stage than "
     "won deals were",
     "{value} {Tag|Tage} länger in dieser Stufe als fast alle gewonnenen Deals||Nicht länger in "
     "dieser Stufe als gewonnene Deals"},
    {"Moved forward {value} stage{s} in 28 days||No stage forward in 28 days",
     "In 28 Tagen {value} {Stufe|Stufen} vorangekommen||In 28 Tagen keine Stufe vorangekommen"},
    {"Moved back {value} time{s} to an earlier stage||Never moved back to an earlier stage",
     "{value}-mal in eine frühere Stufe zurückgesetzt||Nie in eine frühere Stufe zurückgesetzt"},
    {"{value} stage{s} skipped||No stage skipped",
     "{value} {Stufe|Stufen} übersprungen||Keine Stufe übersprungen"},
    {"It once reached {value} of the way through the pipeline",
     "Erreichte einmal {value} des Weges durch die Pipeline"},
    {"{value} stages per 30 days", "{value} Stufen je 30 Tage"},
    {"Reopened {value} time{s}||Never reopened",
     "{value}-mal wieder geöffnet||Nie wieder geöffnet"},
    {"The forecast category is {value}", "Die Forecast-Kategorie ist {value}"},
    {"The close date in the CRM is {value} day{s} ahead||The close date in the CRM is today||The "
     "close date in the CRM passed {value} day{s} ago",
     "Das Abschlussdatum im CRM liegt {value} {Tag|Tage} in der Zukunft||Das Abschlussdatum im CRM "
     "ist heute||Das Abschlussdatum im CRM ist seit {value} {Tag|Tagen} vorbei"},
    {"{value} day{s} past the close date in the CRM||The close date in the CRM has not passed",
     "{value} {Tag|Tage} über dem Abschlussdatum im CRM||Das Abschlussdatum im CRM ist nicht "
     "vorbei"},
    {"The close date was pushed {value} time{s}||The close date was never pushed",
     "Das Abschlussdatum wurde {value}-mal verschoben||Das Abschlussdatum wurde nie verschoben"},
    {"The close date was pushed by {value} day{s} in all||The close date was never pushed",
     "Das Abschlussdatum wurde um insgesamt {value} {Tag|Tage} verschoben||Das Abschlussdatum "
     "wurde nie verschoben"},
    {"The close date was pulled in {value} time{s}||The close date was never pulled in",
     "Das Abschlussdatum wurde {value}-mal vorgezogen||Das Abschlussdatum wurde nie vorgezogen"},
    {"The close date has stood for {value} day{s}||The close date changed today",
     "Das Abschlussdatum steht seit {value} {Tag|Tagen}||Das Abschlussdatum wurde heute geändert"},
    {"The close date lies in this quarter||The close date lies outside this quarter",
     "Das Abschlussdatum liegt in diesem Quartal||Das Abschlussdatum liegt außerhalb dieses "
     "Quartals"},
    {"The close date is the end of a month||The close date is not the end of a month",
     "Das Abschlussdatum ist ein Monatsende||Das Abschlussdatum ist kein Monatsende"},
    {"The close date is the end of a quarter||The close date is not the end of a quarter",
     "Das Abschlussdatum ist ein Quartalsende||Das Abschlussdatum ist kein Quartalsende"},
    {"Planned at first to take {value} day{s}||Planned at first to close at once||The first close "
     "date lay {value} day{s} before the creation",
     "Anfangs für {value} {Tag|Tage} geplant||Anfangs für sofort geplant||Das erste Abschlussdatum "
     "lag {value} {Tag|Tage} vor der Anlage"},
    {"{value} days to the end of the quarter", "{value} Tage bis zum Ende des Quartals"},
    {"Week {value} of the quarter", "Woche {value} des Quartals"},
    {"Fiscal quarter {value}", "Geschäftsquartal {value}"},
    {"Month {value} of the year", "Monat {value} des Jahres"},
    {"Created in month {value}", "Angelegt im Monat {value}"},
    {"Created on weekday {value}", "Angelegt am Wochentag {value}"},
    {"{value} {meeting|meetings} in 7 days||No meeting in 7 days",
     "{value} {Termin|Termine} in 7 Tagen||Kein Termin in 7 Tagen"},
    {"{value} {meeting|meetings} in 28 days||No meeting in 28 days",
     "{value} {Termin|Termine} in 28 Tagen||Kein Termin in 28 Tagen"},
    {"{value} {meeting|meetings} in 90 days||No meeting in 90 days",
     "{value} {Termin|Termine} in 90 Tagen||Kein Termin in 90 Tagen"},
    {"{value} {email|emails} from the buyer in 7 days||No email from the buyer in 7 days",
     "{value} {E-Mail vom Käufer|E-Mails vom Käufer} in 7 Tagen||Keine E-Mail vom Käufer in 7 "
     "Tagen"},
    {"{value} {email|emails} from the buyer in 28 days||No email from the buyer in 28 days",
     "{value} {E-Mail vom Käufer|E-Mails vom Käufer} in 28 Tagen||Keine E-Mail vom Käufer in 28 "
     "Tagen"},
    {"{value} {email|emails} from the buyer in 90 days||No email from the buyer in 90 days",
     "{value} {E-Mail vom Käufer|E-Mails vom Käufer} in 90 Tagen||Keine E-Mail vom Käufer in 90 "
     "Tagen"},
    {"{value} {email|emails} to the buyer in 7 days||No email to the buyer in 7 days",
     "{value} {E-Mail an den Käufer|E-Mails an den Käufer} in 7 Tagen||Keine E-Mail an den Käufer "
     "in 7 Tagen"},
    {"{value} {email|emails} to the buyer in 28 days||No email to the buyer in 28 days",
     "{value} {E-Mail an den Käufer|E-Mails an den Käufer} in 28 Tagen||Keine E-Mail an den Käufer "
     "in 28 Tagen"},
    {"{value} {email|emails} to the buyer in 90 days||No email to the buyer in 90 days",
     "{value} {E-Mail an den Käufer|E-Mails an den Käufer} in 90 Tagen||Keine E-Mail an den Käufer "
     "in 90 Tagen"},
    {"{value} {call|calls} in 7 days||No call in 7 days",
     "{value} {Anruf|Anrufe} in 7 Tagen||Kein Anruf in 7 Tagen"},
    {"{value} {call|calls} in 28 days||No call in 28 days",
     "{value} {Anruf|Anrufe} in 28 Tagen||Kein Anruf in 28 Tagen"},
    {"{value} {call|calls} in 90 days||No call in 90 days",
     "{value} {Anruf|Anrufe} in 90 Tagen||Kein Anruf in 90 Tagen"},
    {"{value} {other activity|other activities} in 7 days||No other activity in 7 days",
     "{value} {sonstige Aktivität|sonstige Aktivitäten} in 7 Tagen||Keine sonstige Aktivität in 7 "
     "Tagen"},
    {"{value} {other activity|other activities} in 28 days||No other activity in 28 days",
     "{value} {sonstige Aktivität|sonstige Aktivitäten} in 28 Tagen||Keine sonstige Aktivität in "
     "28 Tagen"},
    {"{value} {other activity|other activities} in 90 days||No other activity in 90 days",
     "{value} {sonstige Aktivität|sonstige Aktivitäten} in 90 Tagen||Keine sonstige Aktivität in "
     "90 Tagen"},
    {"The industry is {value}", "Die Branche ist {value}"},
    {"{value} of earlier deals with this industry were won",
     "{value} der früheren Deals mit dieser Branche wurden gewonnen"},
    {"{value} earlier {deal with this industry has|deals with this industry have} ended||No "
     "earlier deal with this industry has ended",
     "{value} {früherer Deal|frühere Deals} mit dieser Branche abgeschlossen||Kein früherer Deal "
     "mit dieser Branche abgeschlossen"},
    {"The owner is {value}", "Der Inhaber ist {value}"},
    {"{value} of earlier deals with this owner were won",
     "{value} der früheren Deals mit diesem Inhaber wurden gewonnen"},
    {"{value} earlier {deal with this owner has|deals with this owner have} ended||No earlier deal "
     "with this owner has ended",
     "{value} {früherer Deal|frühere Deals} mit diesem Inhaber abgeschlossen||Kein früherer Deal "
     "mit diesem Inhaber abgeschlossen"},
    {"The product is {value}", "Das Produkt ist {value}"},
    {"{value} of earlier deals with this product were won",
     "{value} der früheren Deals mit diesem Produkt wurden gewonnen"},
    {"{value} earlier {deal with this product has|deals with this product have} ended||No earlier "
     "deal with this product has ended",
     "{value} {früherer Deal|frühere Deals} mit diesem Produkt abgeschlossen||Kein früherer Deal "
     "mit diesem Produkt abgeschlossen"},
    {"The deal type is {value}", "Die Art des Deals ist {value}"},
    {"{value} of earlier deals with this deal type were won",
     "{value} der früheren Deals mit dieser Art wurden gewonnen"},
    {"{value} earlier {deal with this deal type has|deals with this deal type have} ended||No "
     "earlier deal with this deal type has ended",
     "{value} {früherer Deal|frühere Deals} mit dieser Art abgeschlossen||Kein früherer Deal mit "
     "dieser Art abgeschlossen"},
    {"The lead source is {value}", "Die Herkunft ist {value}"},
    {"{value} of earlier deals with this lead source were won",
     "{value} der früheren Deals mit dieser Herkunft wurden gewonnen"},
    {"{value} earlier {deal with this lead source has|deals with this lead source have} ended||No "
     "earlier deal with this lead source has ended",
     "{value} {früherer Deal|frühere Deals} mit dieser Herkunft abgeschlossen||Kein früherer Deal "
     "mit dieser Herkunft abgeschlossen"},
};

/// German names by feature, or by family without the days of its window.
constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"account", "Kunde"},
    {"account_is_customer", "Ist schon Kunde"},
    {"account_losses", "Verlorene Deals beim Kunden"},
    {"account_open_deals", "Offene Deals beim Kunden"},
    {"account_wins", "Gewonnene Deals beim Kunden"},
    {"active_contacts", "Aktive Kontakte des Käufers"},
    {"activity_trend", "Aktivität gegen den Vormonat"},
    {"age_days", "Alter in Tagen"},
    {"amount_change", "Betrag gegen den ersten Betrag"},
    {"amount_changes", "Änderungen des Betrags"},
    {"amount_missing", "Betrag fehlt"},
    {"amount_to_account_median", "Betrag gegen den üblichen Deal des Kunden"},
    {"amount_to_product_median", "Betrag gegen den üblichen Deal des Produkts"},
    {"calls", "Anrufe"},
    {"close_date_in_quarter", "Zugesagtes Datum: Lage im Quartal"},
    {"close_date_on_month_end", "Zugesagtes Datum am Monatsende"},
    {"close_date_on_quarter_end", "Zugesagtes Datum am Quartalsende"},
    {"close_date_pulls", "Zugesagtes Datum vorgezogen"},
    {"close_date_pushes", "Zugesagtes Datum verschoben"},
    {"competitor_named", "Wettbewerber ist genannt"},
    {"contact_roles", "Kontakte mit Rolle"},
    {"created_month", "Monat der Anlage"},
    {"created_weekday", "Wochentag der Anlage"},
    {"currency", "Währung"},
    {"days_in_stage", "Tage in dieser Stufe"},
    {"days_past_commit", "Tage über dem zugesagten Datum"},
    {"days_past_stage_p90", "Tage länger als fast alle gewonnenen in der Stufe"},
    {"days_pushed", "Tage, um die das zugesagte Datum verschoben wurde"},
    {"days_since_account_win", "Tage seit dem letzten Kauf"},
    {"days_since_close_date_change", "Tage seit Änderung des zugesagten Datums"},
    {"days_since_edit", "Tage seit der letzten Bearbeitung"},
    {"days_since_touch", "Tage seit der letzten Aktivität"},
    {"days_since_two_way_touch", "Tage seit der letzten Antwort des Käufers"},
    {"days_to_commit", "Tage bis zum zugesagten Datum"},
    {"days_to_next_meeting", "Tage bis zum nächsten Termin"},
    {"days_to_quarter_end", "Tage bis Quartalsende"},
    {"discount", "Rabatt"},
    {"economic_buyer_known", "Wirtschaftlicher Entscheider bekannt"},
    {"emails_in", "E-Mails vom Käufer"},
    {"emails_out", "E-Mails an den Käufer"},
    {"executive_contact", "Geschäftsleitung beteiligt"},
    {"fiscal_quarter", "Quartal des Jahres"},
    {"forecast_category", "Forecast-Kategorie"},
    {"furthest_stage", "Weiteste erreichte Stufe"},
    {"inbound_share", "Anteil der E-Mails vom Käufer"},
    {"industry", "Branche"},
    {"last_amount_change_sign", "Letzte Änderung des Betrags"},
    {"lead_source", "Herkunft"},
    {"log_amount", "Betrag"},
    {"log_employees", "Mitarbeiter des Kunden"},
    {"log_revenue", "Umsatz des Kunden"},
    {"meetings", "Termine"},
    {"month", "Monat"},
    {"new_contacts", "Neue Kontakte des Käufers"},
    {"next_meeting_planned", "Ein Termin ist geplant"},
    {"next_step_present", "Ein nächster Schritt ist eingetragen"},
    {"no_activity_sync", "Keine Aktivitäten übertragen"},
    {"owner", "Inhaber"},
    {"owner_changed", "Inhaber gewechselt"},
    {"owner_commit_realisation", "Eingehaltene Commits des Inhabers"},
    {"owner_open_deals", "Offene Deals des Inhabers"},
    {"owner_tenure_days", "Tage des Inhabers im Unternehmen"},
    {"planned_cycle_days", "Geplante Tage von Anlage bis Commit"},
    {"product", "Produkt"},
    {"product_count", "Anzahl Produkte"},
    {"region", "Region"},
    {"reopenings", "Mal wieder geöffnet"},
    {"reply_latency", "Tage bis zur Antwort des Käufers"},
    {"share_fields_filled", "Anteil gefüllter Felder"},
    {"skipped_stages", "Übersprungene Stufen"},
    {"stage", "Stufe"},
    {"stage_advances", "Schritte in eine spätere Stufe"},
    {"stage_order", "Lage in der Pipeline"},
    {"stage_regressions", "Mal zurückgestuft"},
    {"stage_time_ratio", "Zeit in der Stufe gegen gewonnene Deals"},
    {"stage_velocity", "Stufen je 30 Tage"},
    {"tasks", "Sonstige Aktivitäten"},
    {"term_months", "Laufzeit in Monaten"},
    {"type", "Art des Deals"},
    {"week_of_quarter", "Woche des Quartals"},
};

/// Templates of own columns, by the end of the feature's name. "{column}" is the company's name of
/// it, "{other}" that of the date which a second one is compared with.
constexpr std::pair<std::string_view, std::string_view> kOwnSentences[] = {
    {".days_ahead",
     "{column} liegt {value} {Tag|Tage} in der Zukunft||{column} ist heute||"
     "{column} ist seit {value} {Tag|Tagen} vorbei"},
    {".days_from_creation",
     "{column} liegt {value} {Tag|Tage} nach der Anlage||{column} ist der Tag der Anlage||"
     "{column} liegt {value} {Tag|Tage} vor der Anlage"},
    {".win_rate_n",
     "{value} {früherer Deal|frühere Deals} mit gleichem Wert von {column} abgeschlossen||"
     "Kein früherer Deal mit gleichem Wert von {column} abgeschlossen"},
    {".win_rate", "{value} der früheren Deals mit gleichem Wert von {column} wurden gewonnen"},
    {".present", "{column} ist gefüllt||{column} ist leer"},
    {".length", "{column} hat {value} Zeichen"},
    {".days",
     "{value} {Tag|Tage} von {other} bis {column}||{other} und {column} sind derselbe Tag||"
     "{column} liegt {value} {Tag|Tage} vor {other}"},
    {".log", "{column} ist {value}"},
};
constexpr std::string_view kOwnFlag = "{column} trifft zu||{column} trifft nicht zu";
constexpr std::string_view kOwnValue = "{column} ist {value}";
constexpr std::string_view kOwn = "custom.";

/// What the company calls the columns of an own feature, read off its English template.
std::string OwnTemplate(const FeatureDefinition& definition) {
  constexpr std::string_view kBefore = " lies {value} day{s} before ";
  std::string_view form = definition.unit == "flag" ? kOwnFlag : kOwnValue;
  std::string_view suffix;
  for (const auto& [end, sentence] : kOwnSentences) {
    if (definition.name.ends_with(end)) {
      suffix = end;
      form = sentence;
      break;
    }
  }
  if (suffix == ".days") {
    const std::string_view english = definition.sentence;
    const std::size_t at = english.rfind(kBefore);
    const std::size_t begin = english.rfind("||");
    if (at == std::string_view::npos || begin == std::string_view::npos || begin > at) {
      return definition.sentence;
    }
    return base::Filled(form, {{"column", english.substr(begin + 2, at - begin - 2)},
                               {"other", english.substr(at + kBefore.size())}});
  }
  return base::Filled(form, {{"column", OwnColumnName(definition.name)}});
}

}  // namespace

std::span<const Phrase> SentencePhrases() { return kSentences; }

std::string SentenceTemplate(const FeatureDefinition& definition, base::Language language) {
  if (language == base::Language::kEnglish || definition.sentence.empty()) {
    return definition.sentence;
  }
  if (definition.name.starts_with(kOwn)) {
    return OwnTemplate(definition);
  }
  const auto* found = std::ranges::find(kSentences, definition.sentence, [](const Phrase& phrase) {
    return phrase.In(base::Language::kEnglish);
  });
  return found == std::end(kSentences) ? definition.sentence : std::string(found->In(language));
}

std::string GermanFeatureName(std::string_view name) {
  constexpr std::string_view kCount = "_win_rate_n";
  constexpr std::string_view kRate = "_win_rate";
  if (name.ends_with(kCount)) {
    return "Deals hinter der Gewinnquote: " +
           GermanFeatureName(name.substr(0, name.size() - kCount.size()));
  }
  if (name.ends_with(kRate)) {
    return "Gewinnquote: " + GermanFeatureName(name.substr(0, name.size() - kRate.size()));
  }
  const auto named = [](std::string_view wanted) -> std::string {
    const auto* found =
        std::ranges::find(kNames, wanted, [](const auto& pair) { return pair.first; });
    return found == std::end(kNames) ? "" : std::string(found->second);
  };
  std::string text = named(name);
  const std::size_t window = name.rfind('_');
  if (text.empty() && name.ends_with('d') && window != std::string_view::npos) {
    text = named(name.substr(0, window));
    if (!text.empty()) {
      text += " in " + std::string(name.substr(window + 1, name.size() - window - 2)) + " Tagen";
    }
  }
  return text;
}

}  // namespace ri::features
