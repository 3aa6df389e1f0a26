"use client";
import { Component, type ReactNode } from "react";
import { ScreenFailed } from "./screen-failed.tsx";

/**
 * Keeps a screen that could not be shown from taking the console with it: its code did not come, or it met something that
 * it does not know. Given a `key`, it begins anew with every address.
 */
export class ScreenBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <ScreenFailed error={this.state.error} />;
  }
}
