// Copies what the pages take from npm's packages into static/vendor; run by `make setup` and by the image's build.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "static", "vendor");
const files = [
  ["htmx.org/dist/htmx.min.js", "htmx.js"],
  ["htmx.org/LICENSE", "htmx.LICENSE.txt"],
  ["@fontsource-variable/golos-text/files/golos-text-cyrillic-wght-normal.woff2", "golos-text-cyrillic.woff2"],
  ["@fontsource-variable/golos-text/files/golos-text-latin-wght-normal.woff2", "golos-text-latin.woff2"],
  ["@fontsource-variable/golos-text/LICENSE", "golos-text.LICENSE.txt"],
  ["@expo-google-fonts/golos-text/400Regular/GolosText_400Regular.ttf", "golos-text-regular.ttf"],
  ["@expo-google-fonts/golos-text/700Bold/GolosText_700Bold.ttf", "golos-text-bold.ttf"],
  ["swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui.js"],
  ["swagger-ui-dist/swagger-ui.css", "swagger-ui.css"],
  ["swagger-ui-dist/LICENSE", "swagger-ui.LICENSE.txt"],
  ["swagger-ui-dist/NOTICE", "swagger-ui.NOTICE.txt"],
  ["swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.parts.LICENSE.txt"],
];

mkdirSync(vendor, { recursive: true });
for (const old of readdirSync(vendor)) rmSync(join(vendor, old), { recursive: true });
for (const [from, to] of files) copyFileSync(join(packages, from), join(vendor, to));
