import gradio as gr
gr.Interface(fn=str, inputs='text', outputs='text').launch()
