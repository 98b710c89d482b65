// The form of a data set, for those that tell it: apart, since checking forms takes time to load.

export { manifestForm } from "../dataset/store/contract.ts";
