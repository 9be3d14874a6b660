/** `npm run deploy`: bundles and synthesizes, shows what would change, asks about what cannot be undone, and deploys. */
import { runAsProcess } from "../tools/run-as-process.ts";
import { runDeploy } from "./deploy/deploy-program.ts";

await runAsProcess(runDeploy);
