/* Limits how many files are uploaded at once, so that messages find a free connection: await inLane(() => transfer.send()). */

const waiting = [];
let free = 2;

export async function inLane(work) {
  if (free > 0) free -= 1;
  else await new Promise((resolve) => { waiting.push(resolve); });
  try {
    return await work();
  } finally {
    if (waiting.length) waiting.shift()();
    else free += 1;
  }
}
