/*
 * What is drawn on pictures: paint(context, shape, unit), where `unit` is the width of a stroke in pixels of the picture.
 * A shape is {tool, colour, edge, points} with `tool` arrow, ellipse, line or text, which has `text`, too. Each stroke has
 * an edge, so that it is seen on bright and on dark pictures.
 */

const EDGE = 2; /* How much wider it is. */
const HEAD = 5, SPREAD = Math.PI / 7;
const LETTERS = 6;

export function paint(context, shape, unit) {
  Object.assign(context, {lineCap: "round", lineJoin: "round"});
  if (shape.tool === "text") return void write(context, shape, unit);
  const path = PATHS[shape.tool](shape.points, unit);
  for (const [colour, width] of [[shape.edge, unit * EDGE], [shape.colour, unit]]) {
    Object.assign(context, {strokeStyle: colour, lineWidth: width});
    context.stroke(path);
  }
}

/* Whether there is anything to be seen of it: not where somebody only tapped. */
export function isSeen({tool, points, text}, unit) {
  if (tool === "text") return text.trim() !== "";
  const [x, y] = points[0];
  return tool === "line" || points.some(([right, down]) => Math.hypot(right - x, down - y) > unit * 2);
}

const PATHS = {
  arrow([[x, y], [right, down]], unit) {
    const path = new Path2D();
    const angle = Math.atan2(down - y, right - x);
    path.moveTo(x, y);
    path.lineTo(right, down);
    for (const turn of [-SPREAD, SPREAD]) {
      path.moveTo(right, down);
      path.lineTo(right - Math.cos(angle + turn) * unit * HEAD, down - Math.sin(angle + turn) * unit * HEAD);
    }
    return path;
  },

  ellipse([[x, y], [right, down]]) {
    const path = new Path2D();
    path.ellipse((x + right) / 2, (y + down) / 2, Math.abs(right - x) / 2, Math.abs(down - y) / 2, 0, 0, 2 * Math.PI);
    return path;
  },

  line(points) {
    const path = new Path2D();
    path.moveTo(...points[0]);
    points.slice(1).forEach(([x, y], index) => {
      const [left, up] = points[index];
      path.quadraticCurveTo(left, up, (left + x) / 2, (up + y) / 2);
    });
    path.lineTo(...points.at(-1));
    return path;
  },
};

function write(context, {points: [[x, y]], text, colour, edge}, unit) {
  const {family} = context.canvas.dataset;
  Object.assign(context, {font: `bold ${unit * LETTERS}px ${family || "sans-serif"}`, textAlign: "center", textBaseline: "middle"});
  Object.assign(context, {strokeStyle: edge, lineWidth: unit * EDGE, fillStyle: colour});
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}
