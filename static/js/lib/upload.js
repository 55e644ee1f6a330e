/*
 * One file on its way to the server, which the browser keeps until it has been sent: new Upload(record, {address, fields}) with
 * the record of kept-files.js and what the server is told. await upload.run() returns what the server made of it or throws a
 * Refusal, after which it may run again; `ears` hears {onProgress(share), onWaiting()}.
 */
import {change, forget, keep} from "./kept-files.js";
import {shrink} from "./shrink.js";
import {takeBack, Transfer} from "./tus.js";

export class Upload {
  ears = {onProgress() {}, onWaiting() {}};

  /* `isKept` is that of a record which was read from the browser's database. */
  constructor(record, {address, fields}, isKept = false) {
    Object.assign(this, {record, address, fields, isKept});
    this.stored = isKept ? Promise.resolve(true) : this.store();
  }

  get key() {
    return this.record.key;
  }

  run() {
    this.result = this.bring();
    /* Who waits for it may come later. */
    this.result.catch(() => null);
    return this.result;
  }

  async bring() {
    this.ready ??= this.prepare();
    await this.ready;
    const made = await this.transfer.run();
    const {replaces = []} = this.record;
    Object.assign(this.record, {made, replaces: []});
    change(this.key, {made, replaces: []});
    this.takeBack(replaces);
    return made;
  }

  /* A phone may end the page while it scales a photo down. Under one key only ever the same bytes may travel. */
  async prepare() {
    const {record} = this;
    if (!record.isReady) {
      await this.stored;
      Object.assign(record, {file: await shrink(record.file), isReady: true});
      if (this.isKept) this.isKept = await change(this.key, {file: record.file, isReady: true});
    }
    this.transfer = new Transfer(record.file, {
      key: record.key,
      address: this.address,
      fields: () => this.fields(),
      onProgress: (share) => this.ears.onProgress(share),
      onWaiting: () => this.ears.onWaiting(),
    });
  }

  /* Only now, because there is a network: without one the server would not hear of it. */
  takeBack(ids) {
    ids.forEach((id) => takeBack(`${this.address}${id}/`));
  }

  async store() {
    this.isKept = await keep(this.record);
    return this.isKept;
  }

  /* It may still be on its way into the browser's database. */
  async cancel() {
    await this.ready;
    this.transfer?.cancel();
    this.takeBack(this.record.replaces ?? []);
    await this.stored;
    forget([this.key]);
  }

  async stop() {
    await this.ready;
    this.transfer?.stop();
  }

  wake() {
    this.transfer?.wake();
  }
}
