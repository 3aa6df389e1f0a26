import { type Breach, type Fence, linesMatching } from "./fence.ts";

/** Law 2: names of products, each with the folder that alone may know it. */
const products: Record<string, string> = { openclaw: "packages/core/src/products/agents/" };

/** The platform knows no product: what one needs is an axis of PodSpec or a capability of a driver. */
export const productNames: Fence = (file) => {
  if (!/^(apps|packages)\/[^/]+\/src\//.test(file.path)) return [];
  return Object.entries(products).flatMap(([product, folder]): Breach[] =>
    file.path.startsWith(folder) ? [] : linesMatching(file, new RegExp(product, "i"), `${product} may be named only below ${folder}`, true),
  );
};
