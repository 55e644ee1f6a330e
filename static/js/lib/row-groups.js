/*
 * Rows of a list that stand in groups under their headings (.table-list__group). A row that was acted on may belong to
 * another one: it stays under the pointer, says so by the button in the template #row-moved, and goes there when asked.
 */

const HEADING = ".table-list__group";

export class RowGroups {
  constructor(element) {
    this.element = element;
  }

  /* Marks the row if its heading, as the server sends it now, is another one than that under which it stands. */
  mark(row, heading) {
    const present = this.#headingOf(row);
    if (!heading || !present || nameOf(present) === nameOf(heading)) return;
    const button = document.getElementById("row-moved").content.firstElementChild.cloneNode(true);
    const words = button.querySelector("span");
    words.textContent = words.textContent.replace("{group}", nameOf(heading));
    /* Its old group goes on with rows that are not there yet: the new one comes with them, and the row, too. */
    button.disabled = this.#goesOn(present);
    button.addEventListener("click", () => this.#move(row, heading, button));
    row.querySelector(".row-subject").append(button);
  }

  /* Takes away a marked row that was loaded once more, in its place. */
  forgetRepeated() {
    for (const button of this.element.querySelectorAll(".row-moved")) {
      const row = button.closest("tr");
      const address = row.querySelector(".subject").getAttribute("href");
      if (this.element.querySelectorAll(`.subject[href="${address}"]`).length > 1) this.remove(row);
    }
  }

  /* Without its heading, if that has no other row. */
  remove(row) {
    const heading = this.#headingOf(row);
    row.remove();
    if (heading && !this.#rowsOf(heading).length && !this.#goesOn(heading)) heading.remove();
    else if (heading) this.#recount(heading);
  }

  #move(row, fresh, button) {
    const from = this.#headingOf(row);
    const heading = this.#find(fresh) || this.#insert(fresh, from);
    button.remove();
    this.remove(row);
    const others = this.#rowsOf(heading);
    const next = others.find((each) => isBefore(row, each));
    if (next) next.before(row);
    else (others.at(-1) || heading).after(row);
    this.#recount(heading);
    row.scrollIntoView({block: "center"});
    row.querySelector(".subject").focus({preventScroll: true});
  }

  #insert(heading, from) {
    const count = heading.querySelector("[data-count]");
    if (count) count.textContent = document.querySelector(`#list-body [data-count="${count.dataset.count}"]`).textContent;
    (this.#rowsOf(from).at(-1) || from).after(heading);
    return heading;
  }

  /* Those of whole lists are counted by the server. */
  #recount(heading) {
    const count = heading.querySelector(".table-list__count");
    if (!count.dataset.count && count.textContent) count.textContent = this.#rowsOf(heading).length;
  }

  #find(heading) {
    return [...this.element.querySelectorAll(HEADING)].find((each) => nameOf(each) === nameOf(heading));
  }

  #headingOf(row) {
    const rows = this.#rows();
    return rows.slice(0, rows.indexOf(row)).findLast((each) => each.matches(HEADING));
  }

  #rowsOf(heading) {
    const rows = this.#after(heading);
    const end = rows.findIndex((each) => each.matches(HEADING));
    return end === -1 ? rows : rows.slice(0, end);
  }

  #after(heading) {
    const rows = this.#rows();
    return rows.slice(rows.indexOf(heading) + 1);
  }

  #goesOn(heading) {
    return Boolean(this.#more()) && !this.#after(heading).some((each) => each.matches(HEADING));
  }

  #rows() {
    return [...this.element.querySelectorAll(`${HEADING}, tr:has(.subject)`)];
  }

  #more() {
    return this.element.querySelector(".table-list__more");
  }
}

function nameOf(heading) {
  return heading.querySelector("th").firstChild.textContent.trim();
}

/* The order of work within a group: High first, then the oldest. */
function isBefore(row, other) {
  const [urgency, otherUrgency] = [urgencyOf(row), urgencyOf(other)];
  return urgency === otherUrgency ? numberOf(row) < numberOf(other) : urgency < otherUrgency;
}

function urgencyOf(row) {
  return row.matches(".is-high") ? 0 : row.querySelector(".priority-mark") ? 2 : 1;
}

function numberOf(row) {
  return Number(row.querySelector(".num").textContent.replace(/\D/g, ""));
}
