// The description of the API, drawn by Swagger UI. It is read here; requests are sent by programs.

/** @typedef {(options: Record<string, unknown>) => unknown} SwaggerUI */

const place = /** @type {HTMLElement} */ (document.getElementById("api-description"));
/** @typedef {{React: {createElement: (tag: string, given: object, ...children: unknown[]) => unknown}}} System */

const nothing = () => () => null;
// Its links stand in buttons, which none may; an address that names an operation opens it all the same.
/** @param {unknown} _ @param {System} system */
const plain = (_, { React }) => /** @param {{text: unknown}} given */ ({ text }) => React.createElement("span", { className: "nostyle" }, text);
const draw = /** @type {SwaggerUI} */ (/** @type {unknown} */ (Reflect.get(window, "SwaggerUIBundle")));
// Its colours for a dark page hang on a class, ours on what the reader's system says.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

draw({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  syntaxHighlight: { activated: false },
  validatorUrl: null,
  supportedSubmitMethods: [],
  // Nobody signs in where nothing is sent.
  plugins: [() => ({ wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing, DeepLink: plain } })],
});
