/* The words for who is there, of a frame {people, more} or {team}: sayCompany(frame, words), with words as presence.js says. */

export function sayCompany({people, more, team}, words) {
  if (!people) return {writes: words.teamWrites, reads: words.teamHere}[team] ?? "";
  const others = people.filter(({id}) => String(id) !== words.person);
  const isWriting = ({doing}) => doing === "writes" || doing === "notes";
  const here = others.filter((each) => !isWriting(each));
  return [
    sentence(others.filter(isWriting), 0, words.writesOne, words.writesMany, words),
    sentence(here, more, words.hereOne, words.hereMany, words),
  ].filter(Boolean).join(" · ");
}

function sentence(people, more, one, many, words) {
  if (!people.length) return "";
  const names = people.map(({id, name}) => name || (String(id) === words.reporter ? words.reporterWord : words.nameless));
  if (more) names.push(`+${more}`);
  const list = new Intl.ListFormat(document.documentElement.lang).format(names);
  return (names.length === 1 ? one : many).replace("{names}", list);
}
