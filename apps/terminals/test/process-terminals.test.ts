import { terminalsOn } from "./terminals-on.ts";
import { processUnits } from "./units.ts";

terminalsOn(processUnits);
