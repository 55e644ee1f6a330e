/* Whether a reader, or a script, has changed a field since it was drawn. */
export function isChanged(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (!field.options) return field.value !== field.defaultValue;
  const options = [...field.options];
  /* A select without a chosen option shows its first one. */
  const drawn = Math.max(0, options.findIndex((option) => option.defaultSelected));
  return field.value !== "" && field.selectedIndex !== drawn;
}
