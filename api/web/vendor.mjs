// Copies what the pages take from npm's packages into static/vendor; run by `make setup` and by the image's build.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "static", "vendor");
const files = JSON.parse(readFileSync(join(here, "vendor.json"), "utf8"));

mkdirSync(vendor, { recursive: true });
for (const old of readdirSync(vendor)) rmSync(join(vendor, old), { recursive: true });
for (const [to, from] of Object.entries(files)) copyFileSync(join(packages, from), join(vendor, to));
